import { type Job, WaitingError } from 'bullmq';
import { type Agent, AgentError, type Reporter } from '@/agent/types';
import { describeError, log } from '@/lib/log';
import { db } from '@/server/db';
import type { TaskJob } from '@/server/queue';
import { change, report } from '@/tasks/service';
import { percent } from '@/tasks/state';

/** The reason given to running agents when this worker has no time left to let them finish. */
export class HandBack extends Error {
  override name = 'HandBack';
}

const FRESH = { progress: 0, currentStep: 0, steps: [] };

function reporterFor(taskId: string): Reporter {
  let steps: string[] = [];
  const save = async (data: { steps?: string[]; currentStep?: number; progress?: number }, message: string) => {
    await db().task.update({ where: { id: taskId }, data });
    await report(taskId, message);
  };
  return {
    plan: async (planned) => {
      steps = planned;
      await save({ steps, currentStep: 0 }, `Plan: ${steps.length} steps.`);
    },
    begin: async (step) => save(
      { currentStep: step, progress: percent(step, steps.length) },
      `${step + 1}/${Math.max(steps.length, step + 1)} ${steps[step] ?? 'Working'}`,
    ),
    say: async (message, level) => void (await report(taskId, message, level)),
  };
}

const reasonOf = (error: unknown): string =>
  error instanceof AgentError ? error.message : `The agent stopped unexpectedly: ${describeError(error)}`;

/** One job from start to end. Rejects when the task has failed, so that the queue counts it as failed, too. */
export async function runTask(job: Job<TaskJob>, token: string | undefined, agent: Agent, signal: AbortSignal): Promise<'done' | 'skipped'> {
  const { taskId, attempt } = job.data;
  const row = await db().task.findUnique({ where: { id: taskId } });
  if (!row || row.attempt !== attempt) return 'skipped'; // deleted, or retried while this job was on its way
  const begun = await change(taskId, 'start', { ...FRESH, agent: agent.name, startedAt: new Date() }, `Agent "${agent.name}" has started.`);
  if (!begun) return 'skipped';

  try {
    const result = await agent.run({ id: taskId, title: row.title, prompt: row.prompt, attempt }, reporterFor(taskId), signal);
    await change(taskId, 'succeed', { result, progress: 100, finishedAt: new Date() }, 'Finished.');
    return 'done';
  } catch (error) {
    if (signal.aborted && signal.reason instanceof HandBack) {
      await change(taskId, 'handBack', { ...FRESH, startedAt: null }, 'The worker is shutting down; the next one takes over.', 'warn');
      await job.moveToWait(token);
      throw new WaitingError(); // BullMQ's way to say: neither done nor failed
    }
    const reason = reasonOf(error);
    log.warn('task failed', { task: taskId, attempt, reason });
    await change(taskId, 'fail', { failureReason: reason, finishedAt: new Date() }, reason, 'error');
    throw error;
  }
}
