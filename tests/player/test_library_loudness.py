"""How loud a recording is (L4)."""

import numpy as np
import pyloudnorm
import pytest
import soundfile

from player.library.loudness import measure
from player.library.measurements import measure_missing
from player.models import Track


def sound(rate: int, seconds: float = 12, channels: int = 2) -> np.ndarray:
    rng = np.random.default_rng(5)
    wave = 0.2 * np.sin(np.arange(int(rate * seconds)) * 0.1)[:, None] * np.ones(channels)
    wave += 0.05 * rng.standard_normal(wave.shape)
    wave[: int(rate * 3)] *= 0.001  # A silent beginning must not make the rest quieter.
    return wave


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1), (22_050, 2)])
def test_it_agrees_with_a_meter_that_holds_the_whole_sound_in_memory(tmp_path, rate, channels):
    soundfile.write(tmp_path / "a.flac", sound(rate, channels=channels), rate)
    whole, _ = soundfile.read(tmp_path / "a.flac")

    found = measure(tmp_path, "a.flac")

    # L4
    assert found.loudness == pytest.approx(
        pyloudnorm.Meter(rate).integrated_loudness(whole), abs=0.05
    )
    assert found.peak == pytest.approx(np.abs(whole).max())


def test_a_full_scale_tone_reads_as_the_standard_says(tmp_path):
    tone = np.sin(2 * np.pi * 997 * np.arange(48_000 * 5) / 48_000)
    soundfile.write(tmp_path / "a.flac", np.stack([tone, np.zeros_like(tone)], 1), 48_000)

    # ITU-R BS.1770-4: a 0 dBFS sine of 997 Hz in one front channel is -3.01 LKFS.
    assert measure(tmp_path, "a.flac").loudness == pytest.approx(-3.01, abs=0.05)


def test_silence_and_ruins_have_an_answer_too(tmp_path):
    soundfile.write(tmp_path / "silent.flac", np.zeros((44_100, 2)), 44_100)
    (tmp_path / "ruin.flac").write_bytes(b"fLaC and then nothing")

    assert measure(tmp_path, "silent.flac").loudness == -70
    assert measure(tmp_path, "ruin.flac") is None
    assert measure(tmp_path, "gone.flac") is None


@pytest.mark.django_db
def test_only_what_nobody_told_is_measured(tmp_path, settings):
    settings.MUSIC_ROOT = tmp_path
    soundfile.write(tmp_path / "a.flac", sound(44_100), 44_100)
    soundfile.write(tmp_path / "told.flac", sound(44_100), 44_100)
    for path, loudness in (("a.flac", None), ("told.flac", -11.0), ("away.flac", None)):
        Track.objects.create(path=path, title=path, duration_ms=1, loudness=loudness)

    assert measure_missing().measured == 1
    assert measure_missing().measured == 0
    assert Track.objects.get(path="told.flac").loudness == -11.0
    assert not Track.objects.get(path="away.flac").loudness_failed  # It may come back.
