import Link from 'next/link';
import type { SessionMember } from '@/auth/member';
import { Brand } from './Logo';
import { SignOutButton } from './SignOutButton';

export function TopBar({ member }: { member: SessionMember }) {
  return (
    <header className="topbar">
      <Link href="/dashboard" className="brand-link" aria-label="OctoCode, to the dashboard">
        <Brand />
      </Link>
      <span className="team">{member.teamName}</span>
      <span className="spacer" />
      <span className="avatar" aria-hidden="true">
        {member.name.slice(0, 1)}
      </span>
      <span className="member">{member.name}</span>
      <SignOutButton />
    </header>
  );
}
