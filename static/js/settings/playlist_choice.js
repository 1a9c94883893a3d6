// The playlist that Bender begins from, in the settings of a nest: chosen among those that it can take.

import { catchRefusal } from "../core/refusal.js";
import { fetchPlaylists, isMine, sortPlaylists } from "../playlists/playlists.js";

const UNNAMED = "A playlist that is not shared with you";

// Its first option, "none", stays. `select` is null where the server has no Bender.
export function createPlaylistChoice(select) {
  let playlists = []; // that I may read

  return {
    async read() {
      playlists = (select && (await catchRefusal(fetchPlaylists(), () => {}))) || playlists;
    },
    draw(state) {
      const options = select ? listOptions(playlists, state, state.nest.nest[select.name]).map(makeOption) : [];
      select?.replaceChildren(select.firstElementChild, ...options);
    },
  };
}

// What is shared, and mine where I built the nest. One that is chosen and not for me to read has no name.
export function listOptions(playlists, state, chosen) {
  const isBuiltByMe = state.nest.nest.creator_id === state.you.id;
  const usable = sortPlaylists(playlists, state).filter((each) => each.shared || (isBuiltByMe && isMine(each, state)));
  const isKnown = chosen === null || usable.some(({ id }) => id === chosen);
  return isKnown ? usable : [...usable, { id: chosen, name: UNNAMED }];
}

function makeOption({ id, name }) {
  const option = document.createElement("option");
  option.value = id;
  option.textContent = name;
  return option;
}
