import { describeError } from '@/lib/log';
import { OutlineReader } from './outline';
import { sseData } from './sse';
import { type Agent, AgentError, type AgentTask, type Reporter } from './types';

interface Settings {
  key: string;
  model: string;
  baseUrl: string;
  timeoutMs?: number;
}

interface StreamEvent {
  type: string;
  delta?: { type?: string; text?: string; stop_reason?: string };
  error?: { type?: string; message?: string };
}

const MAX_TOKENS = 2_000;
const SYSTEM = `You are a coding agent who works for a team. You see only the description of a task, not the code.
Answer in exactly this form, in plain text:
PLAN
1. (three to six short steps, one line each)
## STEP 1
(one to three short lines: what you considered and decided)
## STEP 2
(and so on for each step)
## RESULT
(what to change, where, and how to check it; code where it helps)`;

const REASONS: Record<number, string> = {
  400: 'The model refused the request as invalid.',
  401: 'The API key was not accepted. Check ANTHROPIC_API_KEY.',
  403: 'The API key may not use this model.',
  404: 'The model does not exist. Check ANTHROPIC_MODEL.',
  413: 'The task is too long for the model.',
  429: 'The rate limit of the API key is reached. Retry later.',
  529: 'The API is overloaded. Retry later.',
};

async function refusal(response: Response): Promise<AgentError> {
  const fallback = response.status >= 500 ? 'The API has trouble of its own. Retry later.' : 'The API refused the request.';
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  const detail = body?.error?.message ? ` It said: ${body.error.message.slice(0, 300)}` : '';
  return new AgentError(`${REASONS[response.status] ?? fallback} (HTTP ${response.status})${detail}`);
}

/** Lets a model of Anthropic think about the task, in one streamed request, and reports while it writes. */
export class AnthropicAgent implements Agent {
  readonly name: string;

  constructor(private readonly settings: Settings) {
    this.name = settings.model;
  }

  async run(task: AgentTask, reporter: Reporter, signal: AbortSignal): Promise<string> {
    const limit = AbortSignal.timeout(this.settings.timeoutMs ?? 180_000);
    try {
      return await this.stream(task, reporter, AbortSignal.any([signal, limit]));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (limit.aborted) throw new AgentError('The model took too long and was stopped.');
      if (error instanceof AgentError) throw error;
      // fetch hides the real reason (refused, unknown host, reset) in the cause.
      const cause = error instanceof TypeError && error.cause ? error.cause : error;
      throw new AgentError(`The connection to the API failed: ${describeError(cause)}`);
    }
  }

  private async stream(task: AgentTask, reporter: Reporter, signal: AbortSignal): Promise<string> {
    await reporter.say(`Asking ${this.settings.model}.`);
    const response = await fetch(new URL('/v1/messages', this.settings.baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': this.settings.key, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: this.settings.model,
        max_tokens: MAX_TOKENS,
        stream: true,
        system: SYSTEM,
        messages: [{ role: 'user', content: `${task.title}\n\n${task.prompt}` }],
      }),
      signal,
    });
    if (!response.ok) throw await refusal(response);
    if (!response.body) throw new AgentError('The API answered without a body.');

    const reader = new OutlineReader();
    let stopReason: string | undefined;
    for await (const data of sseData(response.body)) {
      const event = JSON.parse(data) as StreamEvent;
      if (event.type === 'error') {
        throw new AgentError(`The API broke the answer off: ${event.error?.message ?? event.error?.type ?? 'no reason given'}`);
      }
      stopReason = event.delta?.stop_reason ?? stopReason;
      if (event.delta?.type === 'text_delta') await tell(reporter, reader.push(event.delta.text ?? ''));
    }
    await tell(reporter, reader.end());
    if (!stopReason) throw new AgentError('The answer stopped in the middle: the connection was closed too early.');
    if (stopReason === 'refusal') throw new AgentError('The model declined this task.');
    if (!reader.result) throw new AgentError('The model answered with nothing.');
    if (stopReason === 'max_tokens') await reporter.say(`The answer was cut at ${MAX_TOKENS} tokens.`, 'warn');
    return reader.result;
  }
}

async function tell(reporter: Reporter, events: ReturnType<OutlineReader['push']>): Promise<void> {
  for (const event of events) {
    if (event.kind === 'plan') await reporter.plan(event.steps);
    else if (event.kind === 'begin') await reporter.begin(event.step);
    else await reporter.say(event.text);
  }
}
