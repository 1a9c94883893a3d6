// What a page sees of the Web Playback SDK: a device of its own, and the callbacks around it.
{
  const base = new URL(document.currentScript.src).origin;

  class Player {
    constructor({ name, getOAuthToken, volume }) {
      Object.assign(this, { name, getOAuthToken, volume, heard: {} });
    }

    addListener(kind, callback) {
      (this.heard[kind] ??= []).push(callback);
      return true;
    }

    tell(kind, what) {
      for (const callback of this.heard[kind] ?? []) callback(what);
    }

    async connect() {
      const token = await new Promise((give) => this.getOAuthToken(give));
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(`${base}/stub/sdk/connect`, { method: "POST", headers });
      if (!answer.ok) {
        this.tell("authentication_error", { message: "The stub does not know this token." });
        return false;
      }
      const { device_id: id } = await answer.json();
      this.tell("ready", { device_id: id });
      return true;
    }

    disconnect() {}

    async activateElement() {}

    async setVolume(volume) {
      this.volume = volume;
    }

    async getCurrentState() {
      return null;
    }
  }

  window.Spotify = { Player };
  window.onSpotifyWebPlaybackSDKReady?.();
}
