import { ApiError, route, valid } from '@/server/api';
import { taskId } from '@/tasks/input';
import { retryTask } from '@/tasks/service';

interface Context {
  params: Promise<{ id: string }>;
}

export const POST = route<Context>(async (member, _request, { params }) => {
  const task = await retryTask(member.teamId, valid(taskId, (await params).id));
  if (task === 'missing') throw new ApiError(404, 'There is no such task in your team.');
  if (task === 'not-failed') throw new ApiError(409, 'Only a failed task can be retried.');
  return Response.json({ task }, { status: task.status === 'FAILED' ? 503 : 202 });
});
