"""What a task asks: form-js JSON read into a Form, which reads answers and says them in words."""

from forms.components import Component, Option
from forms.form import MOST_ROWS, Answers, Form
from forms.reading import FormNotReadable, Problem, load

__all__ = [
    "MOST_ROWS",
    "Answers",
    "Component",
    "Form",
    "FormNotReadable",
    "Option",
    "Problem",
    "load",
]
