import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentMember } from '@/auth';
import { Dashboard } from '@/components/Dashboard';
import { TopBar } from '@/components/TopBar';
import { realtimeSetting } from '@/lib/env';
import { listTasks } from '@/tasks/service';

export const metadata: Metadata = { title: 'Tasks' };

export default async function DashboardPage() {
  const member = await currentMember();
  if (!member) redirect('/');
  return (
    <>
      <TopBar member={member} />
      <Dashboard initial={await listTasks(member.teamId, { limit: 50 })} realtime={realtimeSetting()} />
    </>
  );
}
