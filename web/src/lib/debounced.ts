import { useEffect, useState } from 'react';

/** The value once it has not changed for a while: what is asked of the API while somebody types. */
export function useDebounced<Value>(value: Value, delayMs = 350): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
