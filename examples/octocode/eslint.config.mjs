import coreWebVitals from 'eslint-config-next/core-web-vitals';
import typescript from 'eslint-config-next/typescript';

const config = [
  { ignores: ['.next/**', 'dist/**', 'coverage/**', 'reports/**', 'src/generated/**', 'next-env.d.ts'] },
  ...coreWebVitals,
  ...typescript,
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  // Command-line programs talk to a terminal.
  { files: ['scripts/**', 'prisma/**', 'src/lib/log.ts'], rules: { 'no-console': 'off' } },
];

export default config;
