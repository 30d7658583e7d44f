/** What a key press came to. */
export interface Stop {
  /** The same for the same control, as long as the page is not another. */
  readonly id: number;
  readonly name: string;
  /** The focus has left the page, or has not entered it yet. */
  readonly isOutside: boolean;
  /** A field that Tab goes through by its parts: day, month, year. */
  readonly isInParts: boolean;
  /** It cannot be used at present, and so has to say why. */
  readonly isOff: boolean;
  readonly faults: readonly string[];
}

export interface FocusProbe {
  /** Forgets what was reached; within the last part of the page that a selector finds, from now on. */
  begin(part: string): void;
  /** To be asked after each press of Tab, or of Shift+Tab. */
  stop(isBackward: boolean): Stop;
  /** Names of what could be used and the focus never came to. */
  missed(): readonly string[];
  /** How many there are of which Tab reaches one and the arrow keys the others. */
  groups(): number;
  /** Puts the focus where Tab would enter a group; after the last of one that is round comes its first. */
  enter(group: number): { readonly name: string; readonly members: number; readonly isRound: boolean };
  /** The group in which the focus is goes from top to bottom, not from side to side. */
  isVertical(): boolean;
  /** Id of what has the focus; 0 for nothing. */
  current(): number;
  /** What the control that has the focus says of why it cannot be used. */
  reason(): string;
}
