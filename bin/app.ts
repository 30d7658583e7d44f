import { createApp } from '#lib/app.ts';

createApp({ console: 'web/dist' }).app.synth();
