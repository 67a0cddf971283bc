"""What a contact with one customer covers, by how he is served: read where a contact is noted (SEG-09)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanxi.engage.policy.queries import service_plans
from guanxi.faces.desk.customers.slots import head_for
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission
from guanxi.record.standing.queries import standings_of
from guanxi.record.standing.rules import service_model_of


@require_safe
def service(request: FaceRequest, code: str) -> HttpResponse:
    """The checklist of the service model of one customer in sight, and who serves."""
    head = head_for(request, code, Permission.VIEW_STANDING)
    asked(request)
    standing = standings_of([head.id], request.principal).get(head.id)
    model = service_model_of(
        head.kind, head.tier, standing.potential if standing else None, is_vip=bool(standing and standing.is_vip)
    )
    return render(request, "customers/service.html", {"head": head, "model": model, "plan": service_plans()[model]})
