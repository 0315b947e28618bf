import type { Prisma } from '@/generated/prisma/client';
import { describeError, log } from '@/lib/log';
import { db } from '@/server/db';
import { publish } from '@/server/events';
import { enqueue } from '@/server/queue';
import type { NewTask } from './input';
import { sources, target, type TaskAction, type TaskStatus } from './state';
import { type LogLine, logLine, type TaskView, taskView } from './view';

export interface Member {
  id: string;
  teamId: string;
}

const withAuthor = { createdBy: { select: { name: true } } } as const;
export const QUEUE_AWAY = 'The queue could not be reached, so no agent has seen this task. Retry in a moment.';

export async function listTasks(teamId: string, filter: { status?: TaskStatus; limit: number }): Promise<TaskView[]> {
  const rows = await db().task.findMany({
    where: { teamId, status: filter.status },
    orderBy: { createdAt: 'desc' },
    take: filter.limit,
    include: withAuthor,
  });
  return rows.map(taskView);
}

export async function findTask(teamId: string, id: string): Promise<{ task: TaskView; lines: LogLine[] } | null> {
  const row = await db().task.findFirst({
    where: { id, teamId },
    include: { ...withAuthor, logs: { orderBy: { id: 'desc' }, take: 200 } },
  });
  return row && { task: taskView(row), lines: row.logs.reverse().map(logLine) };
}

/** The task's new state, or null when its present status does not allow the action (somebody else was faster). */
export async function change(id: string, action: TaskAction, data: Prisma.TaskUpdateManyMutationInput = {}, message?: string, level = 'info') {
  const { count } = await db().task.updateMany({
    where: { id, status: { in: sources(action) } },
    data: { ...data, status: target(action) },
  });
  return count === 1 ? report(id, message, level) : null;
}

/** Reads the task as it is now, keeps the agent's line, and tells everybody who watches. */
export async function report(id: string, message?: string, level = 'info'): Promise<TaskView> {
  const row = await db().task.findUniqueOrThrow({ where: { id }, include: withAuthor });
  const line = message === undefined
    ? undefined
    : logLine(await db().taskLog.create({ data: { taskId: id, attempt: row.attempt, level, message } }));
  const task = taskView(row);
  await publish({ teamId: row.teamId, task, line });
  return task;
}

export async function createTask(member: Member, input: NewTask): Promise<TaskView> {
  const { id } = await db().task.create({
    data: { ...input, teamId: member.teamId, createdById: member.id },
    select: { id: true },
  });
  return queueTask(await report(id, 'Queued for the next free agent.'));
}

export async function retryTask(teamId: string, id: string): Promise<'missing' | 'not-failed' | TaskView> {
  const known = await db().task.count({ where: { id, teamId } });
  if (!known) return 'missing';
  const task = await change(id, 'retry', {
    attempt: { increment: 1 },
    progress: 0,
    steps: [],
    currentStep: 0,
    result: null,
    failureReason: null,
    startedAt: null,
    finishedAt: null,
  }, 'Queued again.');
  return task ? queueTask(task) : 'not-failed';
}

/** A task that cannot be queued is failed with that reason at once: waiting for nobody would look like work. */
async function queueTask(task: TaskView): Promise<TaskView> {
  try {
    await enqueue({ taskId: task.id, attempt: task.attempt });
    return task;
  } catch (error) {
    log.error('task not queued', { task: task.id, error: describeError(error) });
    const failed = await change(task.id, 'fail', { failureReason: QUEUE_AWAY, finishedAt: new Date() }, QUEUE_AWAY, 'error');
    return failed ?? task;
  }
}
