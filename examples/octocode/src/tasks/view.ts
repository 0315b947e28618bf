import type { TaskStatus } from './state';

/** A task as browsers see it: plain JSON, the same in REST answers and in realtime events. */
export interface TaskView {
  id: string;
  title: string;
  prompt: string;
  status: TaskStatus;
  progress: number;
  steps: string[];
  currentStep: number;
  agent: string | null;
  result: string | null;
  failureReason: string | null;
  attempt: number;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface LogLine {
  id: number;
  attempt: number;
  level: string;
  message: string;
  at: string;
}

/** One message of the realtime channel: the task after a change and, if the agent spoke, its line. */
export interface TaskEvent {
  teamId: string;
  task: TaskView;
  line?: LogLine;
}

interface Times {
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}
export type TaskRow = Omit<TaskView, 'createdBy' | keyof Times> & Times & { createdBy: { name: string } };

export function taskView(row: TaskRow): TaskView {
  const { id, title, prompt, status, progress, steps, currentStep, agent, result, failureReason, attempt } = row;
  return {
    id, title, prompt, status, progress, steps, currentStep, agent, result, failureReason, attempt,
    createdBy: row.createdBy.name,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export function logLine(row: Omit<LogLine, 'at'> & { at: Date }): LogLine {
  return { id: row.id, attempt: row.attempt, level: row.level, message: row.message, at: row.at.toISOString() };
}
