import { Queue } from 'bullmq';
import { commonEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import { existing, shared } from '@/lib/shared';
import { withTimeout } from '@/lib/timeout';
import { commandRedis } from './redis';

export const QUEUE_NAME = 'tasks';
export const JOB_STATES = ['waiting', 'active', 'delayed', 'completed', 'failed', 'paused'] as const;

export interface TaskJob {
  taskId: string;
  attempt: number;
}

/** One job an attempt. The fixed id makes queuing the same attempt twice harmless (BullMQ allows no ":" in ids). */
export const jobId = (job: TaskJob): string => `${job.taskId}-${job.attempt}`;

export const queue = (): Queue<TaskJob> =>
  shared('queue', () => {
    const created = new Queue<TaskJob>(QUEUE_NAME, {
      connection: commandRedis(),
      prefix: commonEnv().QUEUE_PREFIX,
      // A failed task waits for a person to press "retry": the reason is on the screen, and tokens cost money.
      defaultJobOptions: { attempts: 1, removeOnComplete: { count: 500 }, removeOnFail: { count: 500 } },
    });
    // A lost connection has been told by the connection itself, once; here it would come with every attempt.
    created.on('error', (error) => {
      if (commandRedis().status === 'ready') log.warn('queue', { error: describeError(error) });
    });
    return created;
  });

/** Rejects soon when Redis is away. BullMQ alone would wait for it, and the person's request with it. */
export async function enqueue(job: TaskJob): Promise<void> {
  await commandRedis().ping();
  await withTimeout(queue().add('run', job, { jobId: jobId(job) }), 3_000, 'queue');
}

export const closeQueue = async (): Promise<void> => existing<Queue>('queue')?.close();
