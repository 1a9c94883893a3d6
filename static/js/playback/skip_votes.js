// Where a skip is voted on: the tally beside the button, and whether my vote is in it.

import { part, setText, show } from "../core/dom.js";
import { hasDj } from "../core/rights.js";

export function mountSkipVotes(root, store) {
  store.subscribe(({ nest, you }) => nest && render(root, nest, you));
}

function render(root, nest, you) {
  const isVotedOn = nest.nest.skip_mode === "vote" && !hasDj(nest);
  const here = new Set(nest.listeners.map(({ id }) => id));
  const votes = nest.skip_voters.filter((id) => here.has(id)).length;
  const needed = Math.max(1, Math.ceil(nest.listeners.length * nest.skip_share));
  const mine = nest.skip_voters.includes(you.id);
  const button = root.querySelector("[data-action=skip]");
  button.title = isVotedOn ? "Vote to skip" : "Skip for everyone";
  button.setAttribute("aria-label", isVotedOn ? describeVote(votes, needed, mine) : "Skip");
  button.classList.toggle("is-voted", isVotedOn && mine);
  show(part(root, "skip-tally"), isVotedOn && votes > 0);
  setText(part(root, "skip-tally"), `${votes}/${needed}`);
}

function describeVote(votes, needed, mine) {
  return `${mine ? "You voted to skip" : "Vote to skip"}, ${votes} of ${needed}`;
}
