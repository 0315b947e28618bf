'use client';

import Link from 'next/link';
import type { TaskView } from '@/tasks/view';
import { Progress, RetryButton, StatusChip, When } from './parts';

function summary(task: TaskView, lastLine: string | undefined): string {
  if (task.status === 'FAILED') return task.failureReason ?? 'No reason was given.';
  if (task.status === 'SUCCEEDED') return task.result?.split('\n').find((line) => line.trim() && !line.startsWith(task.title)) ?? 'Finished.';
  return lastLine ?? task.steps[task.currentStep] ?? 'Waiting for a free agent.';
}

export function TaskCard({ task, lastLine, onTask }: { task: TaskView; lastLine?: string; onTask: (task: TaskView) => void }) {
  return (
    <li className={`card card-${task.status}`}>
      <div className="card-head">
        <StatusChip status={task.status} />
        <h3>
          <Link href={`/tasks/${task.id}`}>{task.title}</Link>
        </h3>
        <span className="card-percent">{task.status === 'RUNNING' ? `${task.progress}%` : ''}</span>
      </div>
      <Progress task={task} />
      <p className="card-line">{summary(task, lastLine)}</p>
      <div className="card-foot">
        <span>
          {task.createdBy} · <When iso={task.createdAt} />
          {task.attempt > 1 && ` · attempt ${task.attempt}`}
          {task.agent && ` · ${task.agent}`}
        </span>
        {task.status === 'FAILED' && <RetryButton task={task} onTask={onTask} />}
      </div>
    </li>
  );
}
