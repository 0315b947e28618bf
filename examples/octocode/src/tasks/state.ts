export const TASK_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What may happen to a task. Everything that changes a status goes through here. */
const TRANSITIONS = {
  // RUNNING too: a job whose worker died is given to another one.
  start: { from: ['QUEUED', 'RUNNING'], to: 'RUNNING' },
  succeed: { from: ['RUNNING'], to: 'SUCCEEDED' },
  // QUEUED too: the queue may refuse a task before any worker saw it.
  fail: { from: ['QUEUED', 'RUNNING'], to: 'FAILED' },
  // A worker that shuts down gives its running task back.
  handBack: { from: ['RUNNING'], to: 'QUEUED' },
  retry: { from: ['FAILED'], to: 'QUEUED' },
} as const satisfies Record<string, { from: readonly TaskStatus[]; to: TaskStatus }>;

export type TaskAction = keyof typeof TRANSITIONS;

export const sources = (action: TaskAction): TaskStatus[] => [...TRANSITIONS[action].from];
export const target = (action: TaskAction): TaskStatus => TRANSITIONS[action].to;
export const allows = (status: TaskStatus, action: TaskAction): boolean => sources(action).includes(status);
export const isFinished = (status: TaskStatus): boolean => status === 'SUCCEEDED' || status === 'FAILED';

/** Whole percent, and 100 only for a task that has succeeded. */
export function percent(doneSteps: number, allSteps: number): number {
  if (allSteps <= 0) return 0;
  return Math.min(99, Math.max(0, Math.floor((doneSteps / allSteps) * 100)));
}
