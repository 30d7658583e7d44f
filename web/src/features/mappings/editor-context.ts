import { createContext, useContext } from 'react';
import type { DocumentEditing } from '#web/components/document-editing.ts';
import type { MappingFault, MappingPreview, MappingSchema } from '#web/lib/api.ts';
import type { Document } from '#web/lib/document.ts';
import type { Leaf } from './model.ts';

export type Trace = MappingPreview['fields'][number];

/** What every part of the editor works on. */
export interface Editor extends DocumentEditing {
  readonly document: Document;
  readonly schema: MappingSchema;
  readonly faults: readonly MappingFault[];
  /** What each field made of the record that is looked at, by where the field stands; one for each element of a list. */
  readonly traces: ReadonlyMap<string, readonly Trace[]>;
  /** Places that can be read, beside those of a list's element. */
  readonly readable: readonly Leaf[];
  /** The place of the record that was chosen to be put somewhere. */
  readonly chosen: string | undefined;
  readonly choose: (path: string | undefined) => void;
  /** Says something to those who do not see what happens. */
  readonly announce: (text: string) => void;
}

export const EditorContext = createContext<Editor | undefined>(undefined);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('outside of the editor');
  return editor;
}

/** Faults at this place and inside of it. */
export function useFaultsIn(path: string): readonly MappingFault[] {
  return useEditor().faults.filter(
    (fault) => fault.path === path || fault.path.startsWith(`${path}.`) || fault.path.startsWith(`${path}[`),
  );
}

/** Inside of `each`: its list, whose elements are read as `item`. */
export const EachContext = createContext<string | undefined>(undefined);

/** Who may not try a draft sees controls of the editor disabled, with the reason. */
export const editing = { needs: 'validateMapping' } as const;
