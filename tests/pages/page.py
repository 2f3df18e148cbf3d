# SPDX-License-Identifier: Apache-2.0
"""A page of Horizon, in words of what stands on it."""

from lxml import html


def text(element):
    """What a reader sees of an element, on one line."""
    return ' '.join(element.text_content().split())


def having(name):
    """XPath: has a class of this name."""
    return f'contains(concat(" ", @class, " "), " {name} ")'


class Row:
    """A row of a table: its cells by heading, and what can be done."""

    def __init__(self, element, headings):
        self.element = element
        cells = element.xpath('./td')
        self.cells = dict(zip(headings, cells, strict=False))
        self.id = element.get('data-object-id')

    def __getitem__(self, heading):
        return text(self.cells[heading])

    @property
    def texts(self):
        return {name: text(cell) for name, cell in self.cells.items() if name}

    @property
    def actions(self):
        """``{label: address, or value of the button}``."""
        return {
            text(one): one.get('value') or one.get('href')
            for one in self.element.xpath(
                f'.//*[{having("data-table-action")}]'
            )
        }

    def links(self, heading):
        return [a.get('href') for a in self.cells[heading].xpath('.//a')]


class Page:
    """``content`` is the response's text."""

    MAIN = '//*[@id="content_body"]'

    def __init__(self, content):
        self.root = html.fromstring(content)

    @property
    def rows(self):
        """Rows of the first table of things, not of its empty row."""
        (table, *_more) = self.root.xpath(f'//table[{having("datatable")}]')
        headings = [text(th) for th in table.xpath('.//th')]
        found = table.xpath('./tbody/tr[@data-object-id]')
        return [Row(row, headings) for row in found]

    def row(self, object_id):
        """The row of one object, None when the table has none."""
        found = [row for row in self.rows if row.id == object_id]
        assert len(found) < 2, f'{object_id} stands there twice'
        return found[0] if found else None

    @property
    def empty(self):
        """What a table says that has no rows."""
        return self.only(f'//tr[{having("empty")}]')

    def only(self, path):
        """The text of the only element of an XPath."""
        (found,) = self.root.xpath(path)
        return text(found)

    def all(self, path):
        return [text(found) for found in self.root.xpath(path)]

    def of_class(self, name):
        """Texts of the elements of a class."""
        return self.all(f'//*[{having(name)}]')

    @property
    def notices(self):
        return self.of_class('protection-notice')

    @property
    def alerts(self):
        """Errors that Horizon shows above the page."""
        shown = f'{having("alert-danger")} and not(ancestor::noscript)'
        return self.all(f'//*[{shown}]')

    def links(self, label):
        """Addresses of the links of a label."""
        found = self.root.xpath('//a')
        return [a.get('href') for a in found if text(a) == label]

    @property
    def table_actions(self):
        path = f'//div[{having("table_actions")}]'
        return self.all(f'{path}//*[{having("data-table-action")}]')

    @property
    def form(self):
        """The page's own form, as lxml knows forms."""
        (form,) = self.root.xpath(f'{self.MAIN}//form[.//*[@type="submit"]]')
        return form

    @property
    def values(self):
        """``{name: value}`` a browser would send of the page's form."""
        return dict(self.form.form_values())

    def errors(self, field):
        """Sentences that stand at a field."""
        at = f'//*[@name="{field}"]'
        group = f'ancestor::div[{having("form-group")}]'
        help_block = f'*[{having("help-block")} or {having("alert-danger")}]'
        return self.all(f'{at}/{group}//{help_block}')
