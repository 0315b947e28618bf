import type { WorkerEnv } from '@/lib/env';
import { AnthropicAgent } from './anthropic';
import { LocalAgent } from './local';
import type { Agent } from './types';

export function chooseAgent(env: WorkerEnv): Agent {
  if (!env.ANTHROPIC_API_KEY) return new LocalAgent(env.AGENT_STEP_DELAY_MS);
  return new AnthropicAgent({
    key: env.ANTHROPIC_API_KEY,
    model: env.ANTHROPIC_MODEL,
    baseUrl: env.ANTHROPIC_BASE_URL,
  });
}
