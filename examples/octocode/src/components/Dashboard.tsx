'use client';

import { useReducer, useState } from 'react';
import { TASK_STATUSES, type TaskStatus } from '@/tasks/state';
import type { TaskView } from '@/tasks/view';
import { fetchTasks, isProblem } from './api';
import { ConnectionMark, STATUS_TEXT } from './parts';
import { TaskCard } from './TaskCard';
import { TaskForm } from './TaskForm';
import { countByStatus, tasksReducer } from './tasks-state';
import { type LiveEvent, useLive } from './useLive';

export function Dashboard({ initial, realtime }: { initial: TaskView[]; realtime: string }) {
  const [state, dispatch] = useReducer(tasksReducer, { tasks: initial, lastLine: {} });
  const [filter, setFilter] = useState<TaskStatus | 'ALL'>('ALL');
  const [announcement, setAnnouncement] = useState('');

  const apply = (event: LiveEvent) => {
    const before = state.tasks.find(({ id }) => id === event.task.id)?.status;
    if (before !== event.task.status) setAnnouncement(`${event.task.title}: ${STATUS_TEXT[event.task.status]}`);
    dispatch({ kind: 'one', event });
  };
  const connection = useLive(realtime, apply, async () => {
    const answer = await fetchTasks();
    if (!isProblem(answer)) dispatch({ kind: 'all', tasks: answer.tasks });
  });

  const counts = countByStatus(state.tasks);
  const shown = filter === 'ALL' ? state.tasks : state.tasks.filter(({ status }) => status === filter);
  const tab = (key: TaskStatus | 'ALL', label: string, count: number) => (
    <button key={key} className={`tab tab-${key}`} aria-pressed={filter === key} onClick={() => setFilter(key)}>
      <b>{count}</b>
      {label}
    </button>
  );

  return (
    <main id="main" className="dashboard">
      <section className="panel compose" aria-labelledby="compose-title">
        <h2 id="compose-title">New task</h2>
        <TaskForm onTask={(task) => apply({ task })} />
      </section>
      <section className="tasks" aria-labelledby="tasks-title">
        <div className="tasks-head">
          <h1 id="tasks-title">Tasks</h1>
          <ConnectionMark connection={connection} />
        </div>
        <div className="tabs" role="group" aria-label="Show tasks by status">
          {tab('ALL', 'All', state.tasks.length)}
          {TASK_STATUSES.map((status) => tab(status, STATUS_TEXT[status], counts[status]))}
        </div>
        <p className="visually-hidden" aria-live="polite">
          {announcement}
        </p>
        {shown.length === 0 ? (
          <p className="empty">{filter === 'ALL' ? 'Nothing here yet. Hand over the first task.' : 'No task is in this state.'}</p>
        ) : (
          <ul className="cards">
            {shown.map((task) => (
              <TaskCard key={task.id} task={task} lastLine={state.lastLine[task.id]} onTask={(next) => apply({ task: next })} />
            ))}
          </ul>
        )}
      </section>
    </main>
  );
}
