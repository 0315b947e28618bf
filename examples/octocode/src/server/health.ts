import { describeError } from '@/lib/log';
import { withTimeout } from '@/lib/timeout';

export type Probe = () => Promise<unknown>;

export interface CheckResult {
  status: 'up' | 'down';
  ms: number;
  error?: string;
}

export interface Health {
  status: 'ok' | 'draining' | 'unavailable';
  version: string;
  uptimeSeconds: number;
  checks: Record<string, CheckResult>;
}

async function run(name: string, probe: Probe, timeoutMs: number): Promise<CheckResult> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  try {
    await withTimeout(probe(), timeoutMs, name);
    return { status: 'up', ms: ms() };
  } catch (error) {
    return { status: 'down', ms: ms(), error: describeError(error) };
  }
}

/** All probes at once, each with its own short time limit. Draining counts as unhealthy: send nothing new here. */
export async function checkHealth(
  probes: Record<string, Probe>,
  { version, draining, timeoutMs = 1_500 }: { version: string; draining: boolean; timeoutMs?: number },
): Promise<Health> {
  const names = Object.keys(probes);
  const results = await Promise.all(Object.entries(probes).map(([name, probe]) => run(name, probe, timeoutMs)));
  const checks = Object.fromEntries(names.map((name, i) => [name, results[i] as CheckResult]));
  const up = results.every((result) => result.status === 'up');
  return {
    status: draining ? 'draining' : up ? 'ok' : 'unavailable',
    version,
    uptimeSeconds: Math.round(process.uptime()),
    checks,
  };
}

export const httpStatus = (health: Health): 200 | 503 => (health.status === 'ok' ? 200 : 503);
