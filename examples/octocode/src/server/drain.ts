import { appEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import { attempt, sleep } from '@/lib/timeout';
import { closeDb } from './db';
import { httpState } from './http-observer';
import { closeQueue } from './queue';
import type { Realtime } from './realtime';
import { closeRedis } from './redis';

/** Longest wait for requests that are being answered when the listening stops. */
const LAST_REQUESTS_MS = 5_000;
const CLOSE_MS = 1_000;

export const isDraining = (): boolean => httpState().closing;

async function drain(signal: string, realtime: Realtime): Promise<void> {
  const state = httpState();
  const started = Date.now();
  log.info('draining', { signal, seconds: appEnv().DRAIN_SECONDS });
  // First only the health check changes: load balancers need a moment to notice, and until then we still serve.
  state.closing = true;
  await sleep(appEnv().DRAIN_SECONDS * 1000);

  for (const server of state.servers) {
    if (server.listening) server.close();
    server.closeIdleConnections();
  }
  await realtime.close();
  const limit = Date.now() + LAST_REQUESTS_MS;
  while (state.inFlight > 0 && Date.now() < limit) await sleep(25);
  if (state.inFlight > 0) log.warn('requests cut off', { count: state.inFlight });
  // A service that is away must not hold the process back: BullMQ's close would wait for Redis to return.
  const queue = await attempt(closeQueue(), CLOSE_MS);
  closeRedis();
  const database = await attempt(closeDb(), CLOSE_MS);
  log.info('drained', { ms: Date.now() - started, queue, database });
}

/**
 * Takes the signals over from Next.js, which would stop with code 143 at once. NEXT_MANUAL_SIG_HANDLE=true keeps it
 * from listening at all; where that is not set, its listeners are removed here.
 */
export function drainOnSignal(realtime: Realtime): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (httpState().closing) {
        log.warn('second signal: stopping at once', { signal });
        process.exit(1);
      }
      drain(signal, realtime).then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('drain failed', { error: describeError(error) });
          process.exit(1);
        },
      );
    });
  }
}
