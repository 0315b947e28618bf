import type { Metadata, Viewport } from 'next';
import './styles/index.css';

export const metadata: Metadata = {
  title: { default: 'OctoCode', template: '%s · OctoCode' },
  description: 'Hand coding tasks to agents and watch them work.',
  icons: { icon: '/favicon.svg' },
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f2ea' },
    { media: '(prefers-color-scheme: dark)', color: '#0d161b' },
  ],
};

export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        {children}
      </body>
    </html>
  );
}
