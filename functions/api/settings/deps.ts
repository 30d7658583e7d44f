import type { SandboxDeps } from '#shared/connections/sandbox-mode.ts';
import type { Platforms } from '#shared/mapping-editor/validation.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';

export interface FlowsDeps {
  readonly flows: EngineDeps['flows'];
  /** Platforms that are connected and switched on. */
  readonly enabled: (tenantId: string) => Promise<readonly string[]>;
  readonly connectors: Platforms;
}

export interface SettingsApiDeps extends SandboxDeps, FlowsDeps {}
