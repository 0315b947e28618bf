import { Worker } from 'bullmq';
import type { Agent } from '@/agent/types';
import type { WorkerEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import { metrics } from '@/server/metrics';
import { QUEUE_NAME, type TaskJob } from '@/server/queue';
import { connect } from '@/server/redis';
import { runTask } from './run-task';

/** Takes jobs from the queue until it is closed. Aborting `handBack` makes it return those that are still running. */
export function createWorker(
  env: Pick<WorkerEnv, 'QUEUE_PREFIX' | 'WORKER_CONCURRENCY'>,
  agent: Agent,
  handBack: AbortSignal,
): Worker<TaskJob> {
  // Blocking reads must be allowed to wait, so this connection never gives up.
  const connection = connect('worker', { maxRetriesPerRequest: null });
  const worker = new Worker<TaskJob>(
    QUEUE_NAME,
    async (job, token) => {
      const stop = metrics().jobDuration.startTimer();
      let outcome = 'failed';
      try {
        return (outcome = await runTask(job, token, agent, handBack));
      } catch (error) {
        if (handBack.aborted) outcome = 'handed-back';
        throw error;
      } finally {
        stop({ outcome });
        metrics().jobs.inc({ outcome });
      }
    },
    { connection, prefix: env.QUEUE_PREFIX, concurrency: env.WORKER_CONCURRENCY },
  );
  // A lost connection tells about itself, once; here it would come with every attempt.
  worker.on('error', (error) => {
    if (connection.status === 'ready') log.warn('worker', { error: describeError(error) });
  });
  // BullMQ leaves a connection open that it was given.
  worker.on('closed', () => connection.disconnect());
  return worker;
}
