import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { currentMember } from '@/auth';
import { TaskDetail } from '@/components/TaskDetail';
import { TopBar } from '@/components/TopBar';
import { realtimeSetting } from '@/lib/env';
import { taskId } from '@/tasks/input';
import { findTask } from '@/tasks/service';

export const metadata: Metadata = { title: 'Task' };

export default async function TaskPage({ params }: { params: Promise<{ id: string }> }) {
  const member = await currentMember();
  if (!member) redirect('/');
  const id = taskId.safeParse((await params).id);
  const found = id.success ? await findTask(member.teamId, id.data) : null;
  if (!found) notFound();
  return (
    <>
      <TopBar member={member} />
      <TaskDetail initial={found} realtime={realtimeSetting()} />
    </>
  );
}
