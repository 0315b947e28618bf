import type { TaskStatus } from '@/tasks/state';
import type { TaskView } from '@/tasks/view';
import type { LiveEvent } from './useLive';

export interface TasksState {
  tasks: TaskView[];
  /** What the agent of each task said last. */
  lastLine: Record<string, string>;
}

export type TasksAction = { kind: 'all'; tasks: TaskView[] } | { kind: 'one'; event: LiveEvent };

/** Newest first. An answer that was overtaken by an event must not turn the clock back. */
export function tasksReducer(state: TasksState, action: TasksAction): TasksState {
  if (action.kind === 'all') {
    const known = new Map(state.tasks.map((task) => [task.id, task]));
    return { ...state, tasks: action.tasks.map((task) => newer(known.get(task.id), task)) };
  }
  const { task, line } = action.event;
  const old = state.tasks.find(({ id }) => id === task.id);
  const tasks = old
    ? state.tasks.map((item) => (item.id === task.id ? newer(item, task) : item))
    : [task, ...state.tasks].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { tasks, lastLine: line ? { ...state.lastLine, [task.id]: line.message } : state.lastLine };
}

export const newer = (old: TaskView | undefined, next: TaskView): TaskView =>
  old && old.updatedAt > next.updatedAt ? old : next;

export function countByStatus(tasks: TaskView[]): Record<TaskStatus, number> {
  const counts: Record<TaskStatus, number> = { QUEUED: 0, RUNNING: 0, SUCCEEDED: 0, FAILED: 0 };
  for (const task of tasks) counts[task.status] += 1;
  return counts;
}
