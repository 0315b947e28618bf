import type { LogLine, TaskView } from '@/tasks/view';

export interface Problem {
  error: string;
  fields?: Record<string, string>;
}

/** The answer's JSON, or a Problem with a text for people: for refusals, broken answers and no answer alike. */
async function call<T>(path: string, init?: RequestInit): Promise<T | Problem> {
  try {
    const response = await fetch(path, { ...init, cache: 'no-store' });
    // The session is over: the page itself sends a visitor without one to the sign-in form.
    if (response.status === 401) window.location.reload();
    const body: unknown = await response.json().catch(() => null);
    if (body && typeof body === 'object') return body as T | Problem;
    return { error: `The server answered with ${response.status}.` };
  } catch {
    return { error: 'The server cannot be reached.' };
  }
}

export const isProblem = (answer: object): answer is Problem => 'error' in answer;

export const fetchTasks = () => call<{ tasks: TaskView[] }>('/api/tasks');
export const fetchTask = (id: string) => call<{ task: TaskView; lines: LogLine[] }>(`/api/tasks/${id}`);
export const retryTask = (id: string) => call<{ task: TaskView }>(`/api/tasks/${id}/retry`, { method: 'POST' });
export const createTask = (input: { title: string; prompt: string }) =>
  call<{ task: TaskView }>('/api/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
