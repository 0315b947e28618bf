import { redirect } from 'next/navigation';
import { currentMember } from '@/auth';
import { Brand, Logo } from '@/components/Logo';
import { Preview } from '@/components/Preview';
import { SignInForm } from '@/components/SignInForm';

export const dynamic = 'force-dynamic';

export default async function Home() {
  if (await currentMember()) redirect('/dashboard');
  return (
    <div className="landing">
      <header className="landing-head">
        <Brand size={34} />
      </header>
      <main id="main" className="landing-main">
        <section className="pitch">
          <p className="eyebrow">Agents for teams</p>
          <h1>
            Hand it over.
            <br />
            <em>Watch it work.</em>
          </h1>
          <p className="lead">
            Describe what should change. An agent plans it, works through the plan and reports every step as it happens,
            to everybody on your team.
          </p>
          <Preview />
        </section>
        <section className="sign-in" aria-labelledby="sign-in-title">
          <Logo size={86} />
          <h2 id="sign-in-title">Sign in</h2>
          <p className="muted">Use the account your team gave you.</p>
          {/* The well-known account exists only where the seed has made it without a password of its own. */}
          <SignInForm demo={process.env.NODE_ENV !== 'production'} />
        </section>
      </main>
      <footer className="landing-foot">
        <span>OctoCode, the example application of OctoCode CI</span>
        <a href="/api/health">System status</a>
      </footer>
    </div>
  );
}
