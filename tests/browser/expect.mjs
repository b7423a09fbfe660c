/** Fails a journey with what should have been. */
export const expect = (holds, what) => {
  if (!holds) throw new Error(what);
};
