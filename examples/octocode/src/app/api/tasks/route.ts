import { jsonBody, route, valid } from '@/server/api';
import { listQuery, newTask } from '@/tasks/input';
import { createTask, listTasks } from '@/tasks/service';

export const GET = route(async (member, request) => {
  const query = valid(listQuery, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json({ tasks: await listTasks(member.teamId, query) });
});

export const POST = route(async (member, request) => {
  const task = await createTask(member, await jsonBody(request, newTask));
  // Failed already means that the queue is away: the task is kept and can be retried, but nobody works on it.
  return Response.json({ task }, { status: task.status === 'FAILED' ? 503 : 201, headers: { location: `/api/tasks/${task.id}` } });
});
