"""What every first page loads stays light: 150 kB over the wire with the page itself (docs: speed)."""

import gzip
from pathlib import Path

from guanxi.faces import shared

BUILT = Path(shared.__file__).parent / "static" / "built"
HTML = 20_000  # kept free for the page itself


def test_style_script_and_font_leave_room_for_the_page():
    weights = {
        file.name: len(file.read_bytes()) if file.suffix == ".woff2" else len(gzip.compress(file.read_bytes(), 6))
        for file in BUILT.iterdir()
        if file.suffix in {".css", ".js", ".woff2"} and file.name != "charts.js"  # of the pages with charts alone
    }
    assert {"desk.css", "desk.js"} <= weights.keys()
    assert sum(weights.values()) <= 150_000 - HTML, weights


def test_style_and_script_need_no_exception_from_the_security_policy():
    css = (BUILT / "desk.css").read_text(encoding="utf-8")
    js = (BUILT / "desk.js").read_text(encoding="utf-8")
    assert "data:" not in css
    assert "http://" not in css.replace("http://www.w3.org", "")
    assert "new AsyncFunction" not in js
