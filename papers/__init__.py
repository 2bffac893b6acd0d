"""What is put on paper: a record or an invitation as DOCX or PDF, and a meeting as a calendar file.

Nothing here knows cases, forms or the web: what a paper says is given (`Paper`), bytes come back.
What needs much memory to make is made in a process of its own (`press`), which ends with it.
"""

from papers.meeting import Meeting, email_in
from papers.paper import Answer, Paper, Row, Section, Table, laid_out

__all__ = ["Answer", "Meeting", "Paper", "Row", "Section", "Table", "email_in", "laid_out"]
