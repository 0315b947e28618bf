import { chooseAgent } from '@/agent';
import { workerEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import { attempt } from '@/lib/timeout';
import { closeDb } from '@/server/db';
import { closeQueue } from '@/server/queue';
import { closeRedis } from '@/server/redis';
import { startHttp } from './http';
import { reconcile } from './reconcile';
import { HandBack } from './run-task';
import { createWorker } from './worker';

const RECONCILE_EVERY_MS = 60_000;
const CLOSE_MS = 2_000;

async function main(): Promise<void> {
  const env = workerEnv();
  const agent = chooseAgent(env);
  const handBack = new AbortController();
  const state = { version: env.APP_VERSION, draining: false };
  const http = await startHttp(env.WORKER_PORT, state);

  const worker = createWorker(env, agent, handBack.signal);

  const tidy = () => reconcile(RECONCILE_EVERY_MS).catch((error: unknown) => log.warn('not reconciled', { error: describeError(error) }));
  const timer = setInterval(tidy, RECONCILE_EVERY_MS);
  void tidy();
  log.info('worker listens', { agent: agent.name, concurrency: env.WORKER_CONCURRENCY, port: env.WORKER_PORT });

  const stop = async (signal: string): Promise<void> => {
    const started = Date.now();
    log.info('draining', { signal, seconds: env.WORKER_DRAIN_SECONDS });
    state.draining = true;
    clearInterval(timer);
    // Running tasks may finish; those that take longer go back to the queue, so that no work is lost or done twice.
    const limit = setTimeout(() => handBack.abort(new HandBack()), env.WORKER_DRAIN_SECONDS * 1000);
    // Without Redis nothing can be handed back; reconciling does it later, once a worker and Redis are there again.
    const closed = await attempt(worker.close(), env.WORKER_DRAIN_SECONDS * 1000 + CLOSE_MS);
    clearTimeout(limit);
    await attempt(closeQueue(), CLOSE_MS);
    closeRedis();
    await attempt(closeDb(), CLOSE_MS);
    http.close();
    log.info('drained', { ms: Date.now() - started, closed });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (state.draining) process.exit(1);
      stop(signal).then(() => process.exit(0), (error: unknown) => {
        log.error('drain failed', { error: describeError(error) });
        process.exit(1);
      });
    });
  }
}

main().catch((error: unknown) => {
  log.error('worker cannot start', { error: describeError(error) });
  process.exit(1);
});
