'use client';

import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import type { LogLine, TaskView } from '@/tasks/view';
import { fetchTask, isProblem } from './api';
import { ConnectionMark, LogLines, Progress, RetryButton, StatusChip, When } from './parts';
import { newer } from './tasks-state';
import { useLive } from './useLive';

const merge = (old: LogLine[], line: LogLine): LogLine[] =>
  old.some(({ id }) => id === line.id) ? old : [...old, line].sort((a, b) => a.id - b.id);

function stepState(task: TaskView, index: number): string {
  if (task.status === 'SUCCEEDED' || index < task.currentStep) return 'is-done';
  if (index > task.currentStep) return '';
  return task.status === 'FAILED' ? 'is-failed' : 'is-now';
}

export function TaskDetail({ initial, realtime }: { initial: { task: TaskView; lines: LogLine[] }; realtime: string }) {
  const [task, setTask] = useState(initial.task);
  const [lines, setLines] = useState(initial.lines);
  const end = useRef<HTMLDivElement>(null);

  const connection = useLive(
    realtime,
    (event) => {
      if (event.task.id !== initial.task.id) return;
      setTask((old) => newer(old, event.task));
      const { line } = event;
      if (line) setLines((old) => merge(old, line));
    },
    async () => {
      const answer = await fetchTask(initial.task.id);
      if (isProblem(answer)) return;
      setTask((old) => newer(old, answer.task));
      setLines((old) => answer.lines.reduce(merge, old));
    },
  );

  // Follow the agent, but only inside the log's own box: the page itself must not jump while somebody reads.
  useEffect(() => {
    const box = end.current;
    if (box) box.scrollTop = box.scrollHeight;
  }, [lines.length]);

  return (
    <main id="main" className="detail">
      <nav className="crumbs" aria-label="Where you are">
        <Link href="/dashboard">← All tasks</Link>
        <ConnectionMark connection={connection} />
      </nav>
      <header className="detail-head">
        <div>
          <StatusChip status={task.status} />
          <h1>{task.title}</h1>
          <p className="muted">
            {task.createdBy} · <When iso={task.createdAt} />
            {task.agent && ` · agent ${task.agent}`}
            {task.attempt > 1 && ` · attempt ${task.attempt}`}
          </p>
        </div>
        {task.status === 'FAILED' && <RetryButton task={task} onTask={setTask} />}
      </header>
      <Progress task={task} />
      {task.failureReason && (
        <p className="banner banner-failed" role="alert">
          <b>Failed.</b> {task.failureReason}
        </p>
      )}
      <div className="detail-grid">
        <section className="panel" aria-labelledby="plan-title">
          <h2 id="plan-title">Plan</h2>
          {task.steps.length === 0 ? (
            <p className="muted">The agent has not made a plan yet.</p>
          ) : (
            <ol className="plan">
              {task.steps.map((step, index) => (
                <li key={index} className={stepState(task, index)}>
                  {step}
                </li>
              ))}
            </ol>
          )}
        </section>
        <section className="panel" aria-labelledby="prompt-title">
          <h2 id="prompt-title">Description</h2>
          <p className="prose">{task.prompt}</p>
        </section>
        <section className="panel wide" aria-labelledby="log-title">
          <h2 id="log-title">
            Log <small className="muted">UTC</small>
          </h2>
          {/* Focusable, because a box that scrolls must be reachable without a mouse. */}
          <div className="console" ref={end} role="log" aria-labelledby="log-title" tabIndex={0}>
            <LogLines lines={lines} />
          </div>
        </section>
        {task.result && (
          <section className="panel wide" aria-labelledby="result-title">
            <h2 id="result-title">Result</h2>
            <pre className="prose">{task.result}</pre>
          </section>
        )}
      </div>
    </main>
  );
}
