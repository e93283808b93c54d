"""The yearly review: evaluations, meetings, the council, revisions, editions and publications."""
from reviews.models.council import Invitation, JointOpinion, Opinion, Response, Seat
from reviews.models.editions import Edition, Publication
from reviews.models.evaluations import CouncilEvaluation, InitiativeProgress, InternalEvaluation, SelfEvaluation
from reviews.models.meetings import AgendaItem, Attendance, Decision, Material, Meeting
from reviews.models.review import AnnualReview, EvaluationGrade, EvaluationScale, StageStep
from reviews.models.revisions import TargetRevision
from reviews.models.written import Written

__all__ = [
    "AgendaItem", "AnnualReview", "Attendance", "CouncilEvaluation", "Decision", "Edition", "EvaluationGrade", "EvaluationScale", "InitiativeProgress",
    "InternalEvaluation", "Invitation", "JointOpinion", "Material", "Meeting", "Opinion", "Publication", "Response", "Seat", "SelfEvaluation",
    "StageStep", "TargetRevision", "Written",
]
