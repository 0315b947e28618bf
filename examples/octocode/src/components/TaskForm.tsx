'use client';

import { type FormEvent, useState } from 'react';
import { fieldErrors, newTask } from '@/tasks/input';
import type { TaskView } from '@/tasks/view';
import { createTask, isProblem, type Problem } from './api';

const EXAMPLES = [
  { title: 'Speed up the dashboard query', prompt: 'The task list is slow with 10,000 tasks. Measure it, then fix the cause with an index.' },
  { title: 'Add tests for the retry button', prompt: 'Cover retrying a failed task: twice in a row, and from another browser at the same time.' },
  { title: 'Explain the drain in the docs', prompt: 'Document what happens on SIGTERM, in which order and why, in at most one page.' },
];

export function TaskForm({ onTask }: { onTask: (task: TaskView) => void }) {
  const [input, setInput] = useState({ title: '', prompt: '' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = newTask.safeParse(input);
    if (!parsed.success) return setProblem({ error: '', fields: fieldErrors(parsed.error) });
    setBusy(true);
    const answer = await createTask(parsed.data);
    setBusy(false);
    if (isProblem(answer)) return setProblem(answer);
    setProblem(null);
    setInput({ title: '', prompt: '' });
    onTask(answer.task);
  }

  const field = (name: 'title' | 'prompt') => ({
    name,
    value: input[name],
    'aria-invalid': Boolean(problem?.fields?.[name]),
    'aria-describedby': `${name}-error`,
    onChange: (event: { target: { value: string } }) => setInput({ ...input, [name]: event.target.value }),
  });

  return (
    <form className="form" onSubmit={submit} noValidate>
      <label className="field">
        <span>Title</span>
        <input {...field('title')} maxLength={120} placeholder="What should change?" />
      </label>
      <p className="field-error" id="title-error">
        {problem?.fields?.title}
      </p>
      <label className="field">
        <span>Description</span>
        <textarea {...field('prompt')} rows={5} maxLength={8000} placeholder="What you know, what matters, how to check it." />
      </label>
      <p className="field-error" id="prompt-error">
        {problem?.fields?.prompt}
      </p>
      <p className="form-error" role="alert">
        {problem?.error}
      </p>
      <button className="button button-primary" disabled={busy}>
        {busy ? 'Handing over…' : 'Hand over'}
      </button>
      <div className="examples">
        <span>Or start from one of these</span>
        {EXAMPLES.map((example) => (
          <button key={example.title} type="button" className="example" onClick={() => setInput(example)}>
            {example.title}
          </button>
        ))}
      </div>
    </form>
  );
}
