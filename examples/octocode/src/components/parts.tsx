'use client';

import { useState } from 'react';
import type { TaskStatus } from '@/tasks/state';
import type { LogLine, TaskView } from '@/tasks/view';
import { isProblem, retryTask } from './api';
import type { Connection } from './useLive';
import { ago, useNow } from './useNow';

export const STATUS_TEXT: Record<TaskStatus, string> = {
  QUEUED: 'Queued',
  RUNNING: 'Running',
  SUCCEEDED: 'Done',
  FAILED: 'Failed',
};

export function StatusChip({ status }: { status: TaskStatus }) {
  return <span className={`chip chip-${status}`}>{STATUS_TEXT[status]}</span>;
}

/** One segment a step, so that the bar also tells how many steps there are. */
export function Progress({ task }: { task: TaskView }) {
  const count = Math.max(task.steps.length, 1);
  const done = task.status === 'SUCCEEDED' ? count : task.steps.length ? task.currentStep : 0;
  const state = (index: number) => {
    if (index < done) return 'is-done';
    if (index > done || task.status === 'QUEUED') return '';
    return task.status === 'FAILED' ? 'is-failed' : 'is-now';
  };
  return (
    <div
      className="segments"
      role="progressbar"
      aria-label={`Progress of ${task.title}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={task.progress}
    >
      {Array.from({ length: count }, (_, index) => (
        <span key={index} className={`segment ${state(index)}`} />
      ))}
    </div>
  );
}

export function When({ iso }: { iso: string }) {
  const at = useNow();
  return <time dateTime={iso}>{at ? ago(iso, at) : iso.slice(0, 16).replace('T', ' ')}</time>;
}

const CONNECTION_TEXT: Record<Connection, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Reconnecting…',
};

export function ConnectionMark({ connection }: { connection: Connection }) {
  return (
    <span className={`connection connection-${connection}`} role="status">
      {CONNECTION_TEXT[connection]}
    </span>
  );
}

export function RetryButton({ task, onTask }: { task: TaskView; onTask: (task: TaskView) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  async function retry() {
    setBusy(true);
    const answer = await retryTask(task.id);
    if (isProblem(answer)) setError(answer.error);
    else onTask(answer.task);
    setBusy(false);
  }
  return (
    <span className="retry">
      <button className="button button-small" onClick={retry} disabled={busy} aria-label={`Retry ${task.title}`}>
        {busy ? 'Queuing…' : 'Retry'}
      </button>
      {error && <span role="alert">{error}</span>}
    </span>
  );
}

export function LogLines({ lines }: { lines: LogLine[] }) {
  return (
    <ol className="log">
      {lines.map((line, index) => (
        <li key={line.id} className={`log-${line.level}`}>
          {/* Local time on the server would be the server's: UTC on both sides until it matters to somebody. */}
          <time dateTime={line.at}>{line.at.slice(11, 19)}</time>
          <span>{line.message}</span>
          {line.attempt !== lines[index - 1]?.attempt && line.attempt > 1 && <small>attempt {line.attempt}</small>}
        </li>
      ))}
    </ol>
  );
}
