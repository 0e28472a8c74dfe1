"""Who may do what: one line per operation, state of the cycle and thing asked about, one column per person.

Thought out from contract.md ("Who sees and does what", Conventions) and anonymity.md, not copied from what the code does:
404 is *unknown or not yours to know*, 403 *known but not allowed*, 409 *the state forbids it*. The people: a stranger of
another office; the ratee; two peers who rate him, of whom the thing ``peer`` belongs to the first; his superior and his
appraiser; the administrators of his subtree and of another; an administrator; an auditor; a machine that holds only what
`SCOPES` names for the operation (all scopes where it names none), and one that holds everything else (or nothing); two
citizens with a code each, of whom the thing ``recipient`` belongs to the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.auth import Scope
from tests.support.city import ACTORS, City, Headers, Setting
from tests.support.contract import operations

#: What opens an operation to a machine; any of them is enough.
SCOPES: Final[dict[str, tuple[Scope, ...]]] = {
    **dict.fromkeys(("listUnits", "getUnit", "listEmployees", "getEmployee", "lookupEmployees"), (Scope.PEOPLE_READ,)),
    **dict.fromkeys(("listRubricPresets", "listRubrics", "getRubric"), (Scope.RUBRICS_READ,)),
    **dict.fromkeys(("listCycles", "getCycle", "listParticipants", "getParticipant"), (Scope.CYCLES_READ,)),
    "createImport": (Scope.IMPORTS_WRITE,),
    "getExternalScore": (Scope.EXTERNAL_SCORES_WRITE, Scope.CYCLES_READ),
    "setExternalScore": (Scope.EXTERNAL_SCORES_WRITE,),
    **dict.fromkeys(("listResults", "getResult", "getResultExplanation", "listResultVersions"), (Scope.RESULTS_READ,)),
    **dict.fromkeys(("getResultChart", "getResultReport", "compareResults"), (Scope.RESULTS_READ,)),
    **dict.fromkeys(("getResultAgreement", "getResultParticipation"), (Scope.RESULTS_READ,)),
    "exportResults": (Scope.RESULTS_READ,),
    **dict.fromkeys(("getCycleSummary", "getSummaryChart", "getSummaryTrend", "getUnitReport"), (Scope.RESULTS_READ,)),
    **dict.fromkeys(("listOrgAchievements", "getOrgAchievement"), (Scope.CYCLES_READ,)),
    "getDistributionCheck": (Scope.RESULTS_READ,),
    **dict.fromkeys(("decideResult", "decideResults"), (Scope.RESULTS_READ,)),
}

#: The columns of the table; what whoever stands in for the appraiser (``plh``) gets follows from them.
COLUMNS: Final = tuple(actor for actor in ACTORS if actor != "plh")
#: Beside everything below a cycle's results.
_OF_RESULTS: Final = frozenset(
    {
        "getCycleSummary",
        "getSummaryChart",
        "getSummaryTrend",
        "getUnitReport",
        "getDistributionCheck",
        "listMyDecisions",
        "getExternalScore",
    }
)
_TABLE: Final = """
#                                        anon stra rate peer oth. supe appr unit fore admi audi mach oth. reci oth.
# Logging in; the person behind the token. Machines and citizens have no password and no results.
createToken           rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
revokeToken           rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
activateAccount       rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
redeemInvitation      rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
redeemInvitation      draft     -        409  409  409  409  409  409  409  409  409  409  409  409  409  409  409
redeemInvitation      published -        409  409  409  409  409  409  409  409  409  409  409  409  409  409  409
getJwks               rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
getMe                 rating    -        401  200  200  200  200  200  200  200  200  200  200  200  200  200  200
changePassword        rating    -        401  204  204  204  204  204  204  204  204  204  204  403  403  403  403
listMyAssignments     rating    -        401  200  200  200  200  200  200  200  200  200  200  403  403  200  200
listMyResults         published -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
getMyOverview         rating    -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
# The organisation is no secret among staff; people are shown to themselves, those above them and their administrators.
listUnits             rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
createUnit            rating    -        401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
getUnit               rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
updateUnit            rating    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
listEmployees         rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
createEmployee        rating    SEKSI    401  403  403  403  403  403  403  201  403  201  403  403  403  403  403
createEmployee        rating    LAIN     401  403  403  403  403  403  403  403  201  201  403  403  403  403  403
lookupEmployees       rating    -        401  403  403  403  403  403  403  200  200  200  200  200  403  403  403
getEmployee           rating    ratee    401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
getEmployee           rating    stranger 401  200  404  404  404  404  404  404  200  200  200  200  403  403  403
updateEmployee        rating    ratee    401  404  403  404  404  403  403  200  404  200  403  403  403  403  403
updateEmployee        rating  unit_admin 401  404  404  404  404  404  404  403  404  200  403  403  403  403  403
updateEmployee        rating    stranger 401  403  404  404  404  404  404  404  200  200  403  403  403  403  403
createImport          rating    units    401  403  403  403  403  403  403  403  403  200  403  200  403  403  403
createImport          rating   employees 401  403  403  403  403  403  403  200  200  200  403  200  403  403  403
createImport          rating    accounts 401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
getImport             rating    -        401  404  404  404  404  404  404  404  404  200  404  404  404  404  404
# Accounts are for full administrators alone.
listAccounts          rating    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
createAccount         rating    -        401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
getAccount            rating    ratee    401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
updateAccount         rating    ratee    401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
issueActivation       rating    ratee    401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
unlockAccount         rating    ratee    401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
createServiceAccount  rating    -        401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
# Who stands in for an appraiser: named by full administrators, known to the two of them.
createAppraiserDelegation rating -       401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
listAppraiserDelegations  rating -       401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
endAppraiserDelegation    rating -       401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
# Rubrics: what was published is read by all staff, drafts by those who make and check them.
listRubricPresets     rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
listRubrics           rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
createRubric          rating    -        401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
getRubric             rating   published 401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
getRubric             rating    draft    401  404  404  404  404  404  404  404  404  200  200  404  403  403  403
replaceRubric         rating    draft    401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
replaceRubric         rating   published 401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
deleteRubric          rating    draft    401  403  403  403  403  403  403  403  403  204  403  403  403  403  403
deleteRubric          rating   published 401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
publishRubric         rating    draft    401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
publishRubric         rating   published 401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
reviseRubric          rating   published 401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
reviseRubric          rating    draft    401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
retireRubric          rating   published 401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
retireRubric          rating    draft    401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
# Cycles
listCycles            rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
createCycle           rating    -        401  403  403  403  403  403  403  403  403  201  403  403  403  403  403
getCycle              rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
updateCycle           draft     policy   401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
updateCycle           rating    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
updateCycle           rating    policy   401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
deleteCycle           draft     -        401  403  403  403  403  403  403  403  403  204  403  403  403  403  403
deleteCycle           rating    -        401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
transitionCycle       draft     -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
transitionCycle       rating    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
transitionCycle       review    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
transitionCycle       published -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
extendCycle           rating    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
extendCycle           draft     -        401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
getCycleProgress      rating    -        401  403  403  403  403  403  403  200  200  200  200  403  403  403  403
getAnonymityForecast  rating    -        401  403  403  403  403  403  403  200  200  200  403  403  403  403  403
listParticipants      rating    -        401  403  403  403  403  403  403  200  200  200  200  200  403  403  403
addParticipants       draft     -        401  403  403  403  403  403  403  201  422  201  403  403  403  403  403
addParticipants       rating    -        401  403  403  403  403  403  403  201  422  201  403  403  403  403  403
addParticipants       rating   foreign_admin 401 403 403 403 403 403 403  422  201  201  403  403  403  403  403
addParticipants       review    -        401  403  403  403  403  403  403  409  409  409  403  403  403  403  403
getParticipant        rating    -        401  404  200  404  404  404  404  200  404  200  200  200  403  403  403
getParticipant        rating    outsider 401  404  404  404  404  404  404  404  200  200  200  200  403  403  403
updateParticipant     rating    -        401  404  403  404  404  404  404  200  404  200  403  403  403  403  403
updateParticipant     published -        401  404  403  404  404  404  404  409  404  409  403  403  403  403  403
removeParticipant     draft     -        401  404  403  404  404  404  404  204  404  204  403  403  403  403  403
removeParticipant     rating    -        401  404  403  404  404  404  404  403  404  409  403  403  403  403  403
getExternalScore      rating    -        401  404  200  404  404  404  404  200  404  200  200  200  403  403  403
getExternalScore      review    -        401  404  200  404  404  404  200  200  404  200  200  200  403  403  403
getExternalScore      published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
setExternalScore      rating    -        401  403  403  403  403  403  403  403  403  200  403  200  403  403  403
setExternalScore      published -        401  403  403  403  403  403  403  403  403  200  403  200  403  403  403
# Who rates whom: of anonymous types never the ratee, his superior or his appraiser. A unit administrator changes them
# only before rating: what came of it would tell him their state.
createAssignments     draft     -        401  403  403  403  403  403  403  201  422  201  403  403  403  403  403
createAssignments     rating    -        401  403  403  403  403  403  403  201  422  201  403  403  403  403  403
createAssignments     published -        401  403  403  403  403  403  403  409  409  409  403  403  403  403  403
generateAssignments   rating    -        401  403  403  403  403  403  403  200  200  200  403  403  403  403  403
generateAssignments   review    -        401  403  403  403  403  403  403  409  409  409  403  403  403  403  403
listAssignments       rating    -        401  200  200  200  200  200  200  200  200  200  200  403  403  200  200
getAssignment         rating    peer     401  404  404  200  404  404  404  200  404  200  200  404  404  404  404
getAssignment         rating    superior 401  404  404  404  404  200  404  200  404  200  200  404  404  404  404
getAssignment         rating   recipient 401  404  404  404  404  404  404  200  404  200  200  404  404  200  404
deleteAssignment      draft     peer     401  404  404  403  404  404  404  204  404  204  403  404  404  404  404
deleteAssignment      rating    peer     401  404  404  403  404  404  404  403  404  204  403  404  404  404  404
deleteAssignment      rating    peer2    401  404  404  404  404  404  404  403  404  409  403  404  404  404  404
declineAssignment     draft     peer     401  404  404  200  404  404  404  403  404  403  403  404  404  404  404
declineAssignment     rating    peer     401  404  404  200  404  404  404  403  404  403  403  404  404  404  404
declineAssignment     rating    superior 401  404  404  404  404  409  404  403  404  403  403  404  404  404  404
declineAssignment     rating   recipient 401  404  404  404  404  404  404  403  404  403  403  404  404  200  404
undoDecline           rating    peer     401  404  404  409  404  404  404  403  404  403  403  404  404  404  404
undoDecline           rating other_recipient 401 404 404 404 404 404 404 403 404  403  403  404  404  404  200
excuseAssignment      draft     peer     401  404  404  403  404  404  404  200  404  200  403  404  404  404  404
excuseAssignment      rating    peer     401  404  404  403  404  404  404  403  404  200  403  404  404  404  404
excuseAssignment      rating    superior 401  404  404  404  404  403  404  409  404  409  403  404  404  404  404
reassignAssignment    draft     peer     401  404  404  403  404  404  404  200  404  200  403  404  404  404  404
reassignAssignment    rating    peer     401  404  404  403  404  404  404  403  404  200  403  404  404  404  404
reassignAssignment    rating    peer2    401  404  404  404  404  404  404  403  404  409  403  404  404  404  404
voidAssignment        draft     peer     401  404  404  403  404  404  404  200  404  200  403  404  404  404  404
voidAssignment        rating    peer     401  404  404  403  404  404  404  403  404  200  403  404  404  404  404
voidAssignment        rating    peer2    401  404  404  404  404  404  404  403  404  202  403  404  404  404  404
voidAssignment        rating    superior 401  404  404  404  404  403  404  202  404  202  403  404  404  404  404
voidAssignment        published peer2    401  404  404  404  404  404  404  403  404  409  403  404  404  404  404
createInvitation      draft    recipient 401  404  404  404  404  404  404  201  404  201  403  404  404  403  404
createInvitation      rating   recipient 401  404  404  404  404  404  404  403  404  201  403  404  404  403  404
createInvitationBatch draft     -        401  403  403  403  403  403  403  201  404  201  403  403  403  403  403
createInvitationBatch rating    -        401  403  403  403  403  403  403  201  404  201  403  403  403  403  403
createInvitationQr    rating    -        401  403  403  403  403  403  403  200  404  200  403  403  403  403  403
# The form: its own rater alone.
getSubmission         draft     peer     401  404  404  409  404  404  404  403  404  403  403  404  404  404  404
getSubmission         rating    peer     401  404  404  200  404  404  404  403  404  403  403  404  404  404  404
getSubmission         rating    superior 401  404  404  404  404  200  404  403  404  403  403  404  404  404  404
getSubmission         rating    self     401  404  200  404  404  404  404  403  404  403  403  404  404  404  404
getSubmission         rating   recipient 401  404  404  404  404  404  404  403  404  403  403  404  404  200  404
getSubmission         published peer     401  404  404  200  404  404  404  403  404  403  403  404  404  404  404
putSubmission         draft     peer     401  404  404  409  404  404  404  403  404  403  403  404  404  404  404
putSubmission         rating    peer     401  404  404  200  404  404  404  403  404  403  403  404  404  404  404
putSubmission         rating   recipient 401  404  404  404  404  404  404  403  404  403  403  404  404  200  404
putSubmission         review    peer     401  404  404  409  404  404  404  403  404  403  403  404  404  404  404
reopenSubmission      rating    peer2    401  404  404  404  404  404  404  403  404  204  403  404  404  404  404
reopenSubmission      rating    superior 401  404  404  404  404  403  404  204  404  204  403  404  404  404  404
reopenSubmission      review    peer     401  404  404  403  404  404  404  403  404  409  403  404  404  404  404
# Results: nothing before review to anybody; then officers and the appraiser; then the ratee, his superior, the subtree.
# Whoever rates a person anonymously never reads his result.
computeResults        rating    -        401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
computeResults        review    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
computeResults        published -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
listResults           rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
listResults           review    -        401  409  409  409  409  409  200  409  409  200  200  409  403  403  403
listResults           published -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
# Files: the ratee has none, nor has anybody else without a team, as a superior or an appraiser of the cycle has.
exportResults         draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
exportResults         rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
exportResults         review    -        401  409  409  409  409  409  409  409  409  200  200  409  403  403  403
exportResults         published -        401  403  403  403  403  200  200  200  200  200  200  200  403  403  403
# Summaries: officers from review, whoever leads people from publication; a trend is of published cycles alone.
getCycleSummary       draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getCycleSummary       rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getCycleSummary       review    -        401  409  409  409  409  409  409  409  409  200  200  409  403  403  403
getCycleSummary       published -        401  403  403  403  403  200  200  200  200  200  200  200  403  403  403
getSummaryChart       draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getSummaryChart       rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getSummaryChart       review    -        401  409  409  409  409  409  409  409  409  200  200  409  403  403  403
getSummaryChart       published -        401  403  403  403  403  200  200  200  200  200  200  200  403  403  403
getUnitReport         draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getUnitReport         rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getUnitReport         review    -        401  409  409  409  409  409  409  409  409  200  200  409  403  403  403
getUnitReport         published -        401  403  403  403  403  200  200  200  200  200  200  200  403  403  403
getSummaryTrend       published -        401  404  404  404  404  200  200  200  404  200  200  200  403  403  403
getResult             draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResult             rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResult             review    -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
getResult             published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
getResult             published outsider 401  404  404  404  404  404  404  404  200  200  200  200  403  403  403
getResultChart        draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultChart        rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultChart        review    -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
getResultChart        published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
getResultChart        published outsider 401  404  404  404  404  404  404  404  200  200  200  200  403  403  403
getResultAgreement    draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultAgreement    rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultAgreement    review    -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
getResultAgreement    published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
getResultAgreement    published outsider 401  404  404  404  404  404  404  404  200  200  200  200  403  403  403
getResultParticipation draft    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultParticipation rating   -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultParticipation review   -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
getResultParticipation published -       401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
getResultParticipation published outsider 401 404 404  404  404  404  404  404  200  200  200  200  403  403  403
# Rating quality: for those who answer for the ratings; never for machines.
getRatingQuality      draft     -        401  403  403  403  403  403  403  403  403  409  409  403  403  403  403
getRatingQuality      rating    -        401  403  403  403  403  403  403  403  403  409  409  403  403  403  403
getRatingQuality      review    -        401  403  403  403  403  403  403  403  403  200  200  403  403  403  403
getRatingQuality      published -        401  403  403  403  403  403  403  403  403  200  200  403  403  403  403
listRaterQuality      rating    -        401  403  403  403  403  403  403  403  403  409  409  403  403  403  403
listRaterQuality      review    -        401  403  403  403  403  403  403  403  403  200  200  403  403  403  403
listRaterQuality      published -        401  403  403  403  403  403  403  403  403  200  200  403  403  403  403
# Severity-adjusted means: full administrators alone (anonymity.md rule 8).
listAdjustedMeans     draft     -        401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
listAdjustedMeans     rating    -        401  403  403  403  403  403  403  403  403  409  403  403  403  403  403
listAdjustedMeans     review    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
listAdjustedMeans     published -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
getResultReport       draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultReport       rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultReport       review    -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
getResultReport       published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
getResultReport       published outsider 401  404  404  404  404  404  404  404  200  200  200  200  403  403  403
getResultExplanation  rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getResultExplanation  review    -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
getResultExplanation  published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
# The thing is the state of the cycle compared with. The first result is judged first, then the second by the same rules.
compareResults        rating  published  401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
compareResults        review  published  401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
compareResults        published review   401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
compareResults        published rating   401  404  409  404  404  409  409  409  404  409  409  409  403  403  403
compareResults        published published 401 404  422  404  404  422  422  422  404  422  422  422  403  403  403
listResultVersions    rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
listResultVersions    review    -        401  404  409  404  404  409  200  409  404  200  200  409  403  403  403
listResultVersions    published -        401  404  200  404  404  200  200  200  404  200  200  200  403  403  403
decideResult          rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
decideResult          review    -        401  404  409  404  404  409  200  409  404  403  403  409  403  403  403
decideResult          published -        401  404  403  404  404  403  409  403  404  403  403  403  403  403  403
decideResults         rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
decideResults         review    -        401  422  422  422  422  422  201  422  422  422  422  422  403  403  403
listMyDecisions       rating    -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
listMyDecisions       review    -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
acknowledgeResult     rating    -        401  409  409  409  409  409  409  409  409  409  409  403  403  403  403
acknowledgeResult     review    -        401  404  409  404  404  409  403  409  404  403  403  403  403  403  403
acknowledgeResult     published -        401  404  200  404  404  403  403  403  404  403  403  403  403  403  403
# What a unit achieved stands in everybody's appraisal there; the check against it is for those who may export.
listOrgAchievements   draft     -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
listOrgAchievements   published -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
getOrgAchievement     rating    -        401  200  200  200  200  200  200  200  200  200  200  200  403  403  403
getOrgAchievement     rating    LAIN     401  404  404  404  404  404  404  404  404  404  404  404  403  403  403
setOrgAchievement     draft     -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
setOrgAchievement     review    -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
setOrgAchievement     published -        401  403  403  403  403  403  403  403  403  200  403  403  403  403  403
getDistributionCheck  draft     -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getDistributionCheck  rating    -        401  409  409  409  409  409  409  409  409  409  409  409  403  403  403
getDistributionCheck  review    -        401  409  409  409  409  409  409  409  409  200  200  409  403  403  403
getDistributionCheck  published -        401  403  403  403  403  200  200  200  200  200  200  200  403  403  403
# Rights over one's own data: everybody who works here has them; requests are seen and decided by whoever keeps the record.
getMyData             rating    -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
getMyData             published -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
requestDataCorrection rating    -        401  201  201  201  201  201  201  201  201  403  201  403  403  403  403
listDataCorrections   rating    -        401  200  200  200  200  200  200  200  200  200  200  403  403  403  403
getDataCorrection     rating    -        401  404  200  404  404  404  404  200  404  200  200  403  403  403  403
decideDataCorrection  rating    -        401  404  403  404  404  404  404  200  404  200  403  403  403  403  403
# Operations: a job is for who started it (here the auditor) and for administrators.
getJob                rating    -        401  404  404  404  404  404  404  404  404  200  200  404  404  404  404
getHealth             rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
getReadiness          rating    -        200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what is asked, and the status for everybody by name."""

    operation: str
    state: str
    thing: str
    expected: dict[str, int]

    def __str__(self) -> str:
        return f"{self.operation} {self.state} {self.thing or '-'}"


def _read(text: str) -> Line:
    operation, state, thing, *statuses = text.split()
    expected = dict(zip(COLUMNS, map(int, statuses), strict=True))
    expected["plh"] = expected["appraiser"] if as_appraiser(operation) else _as_anybody(expected, thing)
    return Line(operation, state, "" if thing == "-" else thing, expected)


def as_appraiser(operation: str) -> bool:
    """Whether it reads or decides what an appraiser does; there whoever stands in for him is taken for him."""
    return "/results" in operations()[operation].path or operation in _OF_RESULTS


def _as_anybody(expected: Mapping[str, int], thing: str) -> int:
    """What the table says of people whom the thing is no business of."""
    return expected["ratee" if thing == "stranger" else "stranger"]


LINES: Final = [_read(text) for text in _TABLE.splitlines() if text and not text.startswith("#")]
STATES: Final = sorted({line.state for line in LINES})


def permitted(operation: str) -> tuple[Line, str]:
    """A line and a person for whom the operation works."""
    for line in LINES:
        if line.operation == operation:
            for actor in reversed(ACTORS):
                if 200 <= line.expected[actor] < 300 and "machine" not in actor:
                    return line, actor
    raise LookupError(operation)


async def headers_of(city: City, actor: str, setting: Setting, operation: str) -> Headers:
    """Who asks; machines are others for each operation."""
    opening = frozenset(map(str, SCOPES.get(operation, ())))
    everything = frozenset(map(str, Scope))
    if actor == "machine":
        return await city.machine(*(sorted(opening)[:1] if opening else everything))
    if actor == "other_machine":
        return await city.machine(*(everything - opening if opening else ()))
    return city.headers(actor, setting)
