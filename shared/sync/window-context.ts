import type { MappingDocument } from '../mapping/document.ts';
import type { Link } from '../model/link.ts';
import { type DocumentCounts, noDocuments } from '../model/run.ts';
import type { StepOutcome } from './change.ts';
import type { FlowPolicy } from './flow-policy.ts';
import type { PlanEntry } from './plan.ts';
import type { EngineDeps, OpenRoute } from './ports.ts';
import type { Expected } from './read-confirmed.ts';
import type { Resolved } from './references.ts';
import type { Route } from './routes.ts';

/** Everything one window of one leg shares. */
export interface WindowContext {
  readonly deps: EngineDeps;
  readonly open: OpenRoute;
  readonly tenantId: string;
  /** The leg's route; windows also work on routes that bring along what others need. */
  readonly routeId: string;
  /** How the leg's flow works. */
  readonly flow: FlowPolicy;
  readonly runId: string;
  /** Who asked for the run. */
  readonly requestedBy: string;
  /** Whether what an undo took back is made again although it did not change. */
  readonly doesAgain: boolean;
  /** `run/route/number`: names this window for links, batches and the journal. */
  readonly window: string;
  readonly routes: readonly Route[];
  readonly mappings: ReadonlyMap<string, MappingDocument>;
  /** References found so far, so that each is looked up once a window. */
  readonly references: Map<string, Resolved>;
  /** Documents by what became of them; grows with the window. */
  readonly documents: DocumentCounts;
  /** Present in a dry run: what each step would do, in order. */
  readonly plan?: PlanEntry[] | undefined;
  /** Present in a confirmed run: what was confirmed, by document. Everything else is left out. */
  readonly expected?: ReadonlyMap<string, Expected> | undefined;
  /** Serial number of the next batch: part of its id. */
  nextBatch: number;
}

/** What this very window did to a document when it was worked on before: it counts as that again. */
export function doneBefore({ window }: Pick<WindowContext, 'window'>, link: Link | undefined): StepOutcome | undefined {
  if (link?.written_by?.window !== window) return undefined;
  return { kind: link.written_by.kind, target_id: link.target_id ?? '' };
}

export function countDocument(context: WindowContext, entity: string, kind: keyof DocumentCounts[string]): void {
  context.documents[entity] ??= { ...noDocuments };
  context.documents[entity][kind] += 1;
}
