"""Acts on improvement cases."""

from guanxi.rescue.improvement.services.clearing import remove_cases_of
from guanxi.rescue.improvement.services.opening import keep_rates, open_improvements
from guanxi.rescue.improvement.services.working import close_case, note_done, take_case

__all__ = ["close_case", "keep_rates", "note_done", "open_improvements", "remove_cases_of", "take_case"]
