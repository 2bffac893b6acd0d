"""The tables. Times are aware UTC and end in `_at`; dates end in `_on`."""

from processes.models.base import Base as Base
from processes.models.base import UtcDateTime as UtcDateTime
from processes.models.base import Value as Value
from processes.models.cases import Case as Case
from processes.models.cases import Fact as Fact
from processes.models.cases import FamilyGroup as FamilyGroup
from processes.models.cases import HistoryEntry as HistoryEntry
from processes.models.cases import Incident as Incident
from processes.models.cases import Instance as Instance
from processes.models.cases import ProcedureVersion as ProcedureVersion
from processes.models.cases import Task as Task
from processes.models.cases import Timer as Timer
from processes.models.people import Draft as Draft
from processes.models.people import Message as Message
from processes.models.people import Person as Person
from processes.models.people import RefusedSignIn as RefusedSignIn
from processes.models.records import Action as Action
from processes.models.records import Attachment as Attachment
from processes.models.records import Involvement as Involvement
from processes.models.records import Record as Record
