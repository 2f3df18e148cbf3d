/* Live preview of a schedule, progress of an execution, parts of forms. */
(function () {
  'use strict';

  var DELAY = { preview: 300, refresh: 2000 };
  var OURS = /\/protection_/;
  var isOver = false;

  /* Stops all requests of this page, and says why, with a link; once. */
  function end(text, label, address) {
    if (isOver) {
      return;
    }
    isOver = true;
    // Horizon fetches rows of this class again
    $('tr.ajax-update').removeClass('ajax-update');
    var dialog = $('.modal.in .modal-body').last();
    $('<div class="alert alert-warning protection-session" role="alert">')
      .text(text + ' ')
      .append($('<a class="alert-link">').text(label).attr({
        // without it Angular does not follow a link to the same page
        href: address, target: '_self'
      }))
      .prependTo(dialog.length ? dialog : '#content_body');
  }

  function pathOf(url) {
    var address = document.createElement('a');
    address.href = url;
    return address.pathname;
  }

  function here() {
    return window.location.pathname + window.location.search;
  }

  function endSession(login) {
    // of a form that plan_wizard.js keeps
    var isKept = $('form[data-wizard-kept]').length > 0;
    // after the login back to this page, not to the fragment
    end(isKept ? gettext('Your session has ended. Your input is kept.') :
      gettext('Your session has ended: this page changes no more.'),
      isKept ? gettext('Log in to go on') : gettext('Log in again'),
      pathOf(login) + '?' + $.param({ next: here() }));
  }

  function endOfAnother() {
    end(gettext('You are logged in as somebody else now, or work in ' +
      'another project: this page changes no more.'),
      gettext('Load this page again'), here());
  }

  function endUpdates() {
    end(gettext('This page can no longer be kept up to date.'),
      gettext('Load it again'), here());
  }

  /* A whole page in place of a fragment, such as a login, is refused. */
  $.ajaxPrefilter(function (options) {
    var isPage = false;
    if (OURS.test(pathOf(options.url)) && options.type === 'GET') {
      // the filter is not called for errors; only the converter may throw
      options.dataFilter = function (html) {
        isPage = /<html[\s>]/i.test(html);
        return html;
      };
      options.converters['text html'] = function (html) {
        if (isPage) {
          endUpdates();
          throw new Error('a whole page');
        }
        return html;
      };
    }
  });

  $(document).on('ajaxError', function (_event, answer, settings) {
    if (!OURS.test(pathOf(settings.url))) {
      return;
    }
    var login = answer.getResponseHeader('X-Horizon-Location');
    var isRow = /[?&]action=row_update&/.test(settings.url);
    if (answer.status === 401 && login) {
      endSession(login);
    } else if (answer.status === 409) {
      endOfAnother();
    } else if (isRow && answer.status && answer.status !== 404) {
      // Horizon does not fetch this row again
      endUpdates();
    }
  });

  function fetchInto(address, done) {
    return $.ajax({ url: address, dataType: 'html' }).done(done);
  }

  /* Fetches the preview of what the form holds now; the last answer wins. */
  function preview(form) {
    var box = form.find('[data-protection-preview]');
    var scope = box.closest('[data-protection-scope]');
    var fields = (scope.length ? scope : form).find(':input')
      .not('[name=csrfmiddlewaretoken]');
    var request = box.data('request');
    fetchInto(box.data('protection-preview') + '?' + fields.serialize(),
      function (html) {
        if (box.data('request') === request) {
          box.html(html);
          keepInStep(form, box.find('[data-protection-values]'));
        }
      });
  }

  /* Updates equivalent fields, except the one that has the focus. */
  function keepInStep(form, values) {
    $.each(values.data('protection-values') || {}, function (name, value) {
      var field = named(form, name);
      if (field[0] !== document.activeElement && field.val() !== value) {
        field.val(value);
      }
    });
    // Horizon shows the fields of a frequency when that changes
    named(form, 'frequency').trigger($.Event('change', { inStep: true }));
  }

  /* A typed pattern selects its frequency at once; drops older previews. */
  function typed(form, field, how) {
    var value = field.data('protection-typed');
    if (value && how === 'input') {
      named(form, 'frequency').val(value);
    }
    var box = form.find('[data-protection-preview]');
    box.data('request', (box.data('request') || 0) + 1);
  }

  /* Replaces itself while the run goes on; then reloads the whole page. */
  function refresh(part) {
    setTimeout(function () {
      if (isOver) {
        return;
      }
      fetchInto(part.data('protection-refresh'), function (html) {
        var next = $($.parseHTML(html)).filter('[data-protection-refresh]');
        if (!next.length) {
          window.location.reload();
          return;
        }
        part.replaceWith(next);
        refresh(next);
      }).fail(function (answer) {
        if (answer.status === 403 || answer.status === 404) {
          endUpdates();
        }
        refresh(part);
      });
    }, DELAY.refresh);
  }

  function named(form, name) {
    return form.find(':input').filter(function () {
      return this.name === name;
    });
  }

  /* The value of a field as text. */
  function shown(field) {
    if (field.is('select')) {
      return field.find('option:selected').text().trim();
    }
    if (!field.is(':checkbox')) {
      return field.val();
    }
    if (field.closest('.multiple-checkbox').length) {
      return field.filter(':checked').map(function () {
        return $(this).closest('label').text().trim();
      }).get().join(', ');
    }
    return field.prop('checked') ? gettext('Yes') : gettext('No');
  }

  function review(form) {
    form.find('[data-protection-review]').each(function () {
      var field = named(form, $(this).data('protection-review'));
      $(this).text(shown(field) || '-');
    });
  }

  function chosen(field) {
    if (field.is(':radio')) {
      return field.filter(':checked').val();
    }
    if (field.is(':checkbox')) {
      return field.prop('checked') ? 'true' : '';
    }
    return field.val();
  }

  /* Shows parts only for some values of another field. */
  function choose(form) {
    form.find('[data-protection-when]').each(function () {
      var value = chosen(named(form, $(this).attr('data-protection-when')));
      var values = $(this).data('protection-is');
      $(this).toggleClass('hidden', values.indexOf(value) < 0);
    });
  }

  /* Fetches the hint about a typed name; the last answer wins. */
  function hint(box) {
    var field = named(box.closest('form'), box.data('protection-hint-of'));
    var query = $.param({ name: field.val() });
    fetchInto(box.data('protection-hint') + '?' + query, function (html) {
      if (query === $.param({ name: field.val() })) {
        box.html($.trim(html));
      }
    });
  }

  var waiting = {};
  function later(name, act) {
    clearTimeout(waiting[name]);
    waiting[name] = setTimeout(act, DELAY.preview);
  }

  $(document).on('input change', 'form', function (event) {
    var form = $(this);
    if (event.inStep) {
      return;
    }
    choose(form);
    review(form);
    if (form.find('[data-protection-preview]').length) {
      typed(form, $(event.target), event.type);
      later('preview', function () { preview(form); });
    }
    form.find('[data-protection-hint]').each(function () {
      var box = $(this);
      if (event.target.name === box.data('protection-hint-of')) {
        later(box.data('protection-hint'), function () { hint(box); });
      }
    });
  });

  function start(root) {
    $(root).find('[data-protection-refresh]').each(function () {
      refresh($(this));
    });
    $(root).find('form').each(function () {
      choose($(this));
      review($(this));
    });
  }

  /* The focus on the first field with an error of a form that came back. */
  function focusError(root) {
    $(root).find('form[action*="/protection_"] .has-error :input')
      .filter(':visible').first().trigger('focus');
  }

  horizon.modals.addModalInitFunction(start);
  horizon.addInitFunction(function () {
    start(document);
    focusError(document);
    // after Horizon's own, which chooses the first field of a dialog
    horizon.modals.addModalInitFunction(focusError);
  });
}());

/* Makes Horizon's tables and dialogs usable by screen readers and keyboards. */
(function () {
  'use strict';

  var OURS = /\/protection_/;
  var opener = null;

  function name(elements, text) {
    elements.not('[aria-label]').each(function () {
      $(this).attr('aria-label', typeof text === 'string' ? text : text($(this)));
    });
  }

  function repair(part) {
    name(part.find('thead .table-row-multi-select'), gettext('Select all'));
    name(part.find('tbody .table-row-multi-select'), function (box) {
      var row = box.closest('tr').data('display');
      return interpolate(gettext('Select %s'), [row]);
    });
    name(part.find('.row_actions').prev('.dropdown-toggle'), function (menu) {
      var row = menu.closest('tr').data('display');
      return row ? interpolate(gettext('More actions for %s'), [row]) :
        gettext('More actions');
    });
    // Horizon gives the list of steps the role of a tab list without tabs
    part.find('.wizard-tabs').removeAttr('role');
  }

  function dialog(modal) {
    var title = modal.find('.modal-title').first().uniqueId();
    modal.attr({
      role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': title.attr('id')
    });
    name(modal.find('.modal-header .close'), gettext('Close'));
    repair(modal);
  }

  /* Returns the focus to what opened the dialog, or to its closed menu. */
  function giveBack(modal) {
    modal.on('hidden.bs.modal', function () {
      if (opener && document.contains(opener)) {
        var menu = $(opener).closest('.btn-group').find('.dropdown-toggle');
        ($(opener).is(':visible') ? $(opener) : menu).trigger('focus');
      }
    });
  }

  function page() {
    if (OURS.test(window.location.pathname)) {
      repair($('#content_body'));
    }
  }

  $(document).on('click', '.ajax-modal, [data-batch-action]', function () {
    opener = this;
  });
  horizon.addInitFunction(page);
  $(document).on('ajaxComplete', page);
  // on pages of other dashboards only the plugin's own dialogs
  horizon.modals.addModalInitFunction(function (modal) {
    if ($(modal).find('form[action*="/protection_"]').length) {
      dialog($(modal));
      giveBack($(modal));
    }
  });
}());
