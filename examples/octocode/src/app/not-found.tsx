import Link from 'next/link';
import { Logo } from '@/components/Logo';

export default function NotFound() {
  return (
    <main id="main" className="lost">
      <Logo size={72} />
      <h1>Nothing lives here</h1>
      <p className="muted">The page or the task does not exist, or it belongs to another team.</p>
      <Link className="button button-primary" href="/dashboard">
        To the tasks
      </Link>
    </main>
  );
}
