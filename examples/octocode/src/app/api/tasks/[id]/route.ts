import { ApiError, route, valid } from '@/server/api';
import { taskId } from '@/tasks/input';
import { findTask } from '@/tasks/service';

interface Context {
  params: Promise<{ id: string }>;
}

export const GET = route<Context>(async (member, _request, { params }) => {
  const found = await findTask(member.teamId, valid(taskId, (await params).id));
  if (!found) throw new ApiError(404, 'There is no such task in your team.');
  return Response.json(found);
});
