import { log } from '@/lib/log';
import { db } from '@/server/db';
import { enqueue, jobId, queue } from '@/server/queue';
import { change } from '@/tasks/service';

export const LOST = 'The worker died while it worked on this task, more than once. Retry if the task is harmless.';

/**
 * Brings database and queue together again after one of them was lost or restored: open tasks without a job are
 * queued anew, and tasks whose job the queue has given up are failed. Only tasks that have not moved for a while
 * are looked at, because a job may just be on its way.
 */
export async function reconcile(quietMs: number, now = Date.now()): Promise<{ queued: number; failed: number }> {
  const open = await db().task.findMany({
    where: { status: { in: ['QUEUED', 'RUNNING'] }, updatedAt: { lt: new Date(now - quietMs) } },
    select: { id: true, attempt: true },
    take: 500,
  });
  const done = { queued: 0, failed: 0 };
  for (const { id, attempt } of open) {
    const job = await queue().getJob(jobId({ taskId: id, attempt }));
    if (!job) {
      await enqueue({ taskId: id, attempt });
      done.queued += 1;
    } else if (await job.isFailed()) {
      await change(id, 'fail', { failureReason: LOST, finishedAt: new Date() }, LOST, 'error');
      done.failed += 1;
    }
  }
  if (done.queued + done.failed > 0) log.info('reconciled', done);
  return done;
}
