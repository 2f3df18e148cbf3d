# SPDX-License-Identifier: Apache-2.0
"""The form of a plan on the screen: its steps, fields and buttons."""

from selenium.webdriver.support.ui import Select

#: what a person sets by a picker of the browser's own
_PICKED = {'time', 'date', 'datetime-local'}
_PUT = """
arguments[0].value = arguments[1];
for (const name of ['input', 'change'])
    arguments[0].dispatchEvent(new Event(name, {bubbles: true}));
"""
_VALUES = """
const found = {};
for (const field of document.querySelector('#plan_wizard').elements) {
    const kind = field.type, many = field.name === 'notify_on';
    if (!field.name || kind === 'submit' || kind === 'radio' && !field.checked)
        continue;
    if (many)
        found[field.name] = (found[field.name] || []).concat(
            field.checked ? [field.value] : []);
    else
        found[field.name] = kind === 'checkbox' ? field.checked : field.value;
}
return found;
"""


def values(screen):
    """``{field: value}`` of all steps: text, a boolean, or a list."""
    return screen.driver.execute_script(_VALUES)


def step(screen, slug):
    # from the end of a long step Horizon's own bar lies over the list
    screen.driver.execute_script('window.scrollTo(0, 0)')
    screen.find(f'nav [data-wizard-to={slug}]').click()
    screen.find(f'#step-{slug}')


def fill(screen, slug, fields):
    """Go to a step and fill in its fields, as ``values`` tells them."""
    step(screen, slug)
    for name, value in fields.items():
        if isinstance(value, list):
            _tick_all(screen, name, value)
        else:
            _fill(screen, name, value)


def _fill(screen, name, value):
    if name == 'retention':
        choose(screen, name, value)
        return
    if isinstance(value, bool):
        _tick(screen, name, value)
        return
    if name == 'zone':
        _choose_zone(screen, value)
        return
    field = screen.find(f'[name="{name}"]')
    if field.tag_name == 'select':
        Select(field).select_by_value(value)
    elif field.get_attribute('type') in _PICKED:
        screen.driver.execute_script(_PUT, field, value)
    else:
        field.clear()
        field.send_keys(value)


def _tick(screen, name, wanted):
    """By the label: Horizon draws a box of its own over the browser's."""
    box = screen.driver.find_element('name', name)
    if box.is_selected() != wanted:
        screen.find(f'label[for="{box.get_attribute("id")}"]').click()


def _tick_all(screen, name, wanted):
    """Tick the boxes of these values of a field, and no others."""
    screen.find(f'[name="{name}"]')
    for box in screen.driver.find_elements('name', name):
        if box.is_selected() != (box.get_attribute('value') in wanted):
            box.click()


def choose(screen, name, value):
    """One of several tiles."""
    screen.find(f'[name="{name}"][value="{value}"]').click()


def _choose_zone(screen, zone):
    """In Horizon's own kind of select."""
    box = screen.find('#step-schedule .themable-select')
    screen.find('[data-toggle=dropdown]', box).click()
    screen.find(f'[data-select-value="{zone}"]', box).click()


def tick(screen, resource):
    """Find a resource by its id, and tick its box or take the tick out."""
    search = screen.find('#wizard-search')
    search.clear()
    search.send_keys(resource.id)
    row = f'[data-wizard-row] input[value="{resource.type}:{resource.id}"]'
    screen.find(row).click()


def button(screen, label):
    for found in screen.driver.find_elements('css selector', 'button'):
        if found.is_displayed() and found.text == label:
            found.click()
            return
    raise AssertionError(f'no button {label}')


def is_calm(screen, part):
    """Whether a part of the page is not being loaded."""
    box = screen.find(f'[data-wizard-fragment={part}]')
    return box.get_attribute('aria-busy') is None


def finish(screen, label):
    """Look at the review, and press a button that finishes."""
    step(screen, 'review')
    screen.shows('[data-wizard-fragment=review]', "Protects today")
    button(screen, label)
    screen.wait(lambda driver: not driver.find_elements('id', 'plan_wizard'))
