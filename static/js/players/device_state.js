// What the page knows of its own sound: `state.device`.

// Views are only told of what has really changed.
export function updateDevice(store, patch) {
  const { device } = store.state();
  const isNew = Object.entries(patch).some(([name, value]) => device[name] !== value);
  if (isNew) store.set({ device: { ...device, ...patch } });
}
