/* Live preview of a schedule, progress of an execution, review of a wizard. */
(function () {
  'use strict';

  var DELAY = { preview: 300, refresh: 2000 };

  function fetchInto(address, done) {
    return $.ajax({ url: address, dataType: 'html' }).done(done);
  }

  /* The fragment shows what stands in the form now; the last answer wins. */
  function preview(form) {
    var box = form.find('[data-protection-preview]');
    var fields = form.find(':input').not('[name=csrfmiddlewaretoken]');
    var asked = (box.data('asked') || 0) + 1;
    box.data('asked', asked);
    fetchInto(box.data('protection-preview') + '?' + fields.serialize(),
      function (html) {
        if (box.data('asked') === asked) {
          box.html(html);
        }
      });
  }

  /* Replaces itself while the run goes on; its end changes the whole page. */
  function refresh(part) {
    setTimeout(function () {
      fetchInto(part.data('protection-refresh'), function (html) {
        var next = $($.parseHTML(html)).filter('[data-protection-refresh]');
        if (!next.length) {
          window.location.reload();
          return;
        }
        part.replaceWith(next);
        refresh(next);
      }).fail(function () {
        refresh(part);
      });
    }, DELAY.refresh);
  }

  function review(form) {
    form.find('[data-protection-review]').each(function () {
      var name = $(this).data('protection-review');
      $(this).text(form.find('[name="' + name + '"]').val() || '-');
    });
  }

  var waiting;
  $(document).on('input change', 'form', function () {
    var form = $(this);
    review(form);
    if (form.find('[data-protection-preview]').length) {
      clearTimeout(waiting);
      waiting = setTimeout(function () { preview(form); }, DELAY.preview);
    }
  });

  function start(root) {
    $(root).find('[data-protection-refresh]').each(function () {
      refresh($(this));
    });
    $(root).find('form:has([data-protection-review])').each(function () {
      review($(this));
    });
  }

  horizon.modals.addModalInitFunction(start);
  horizon.addInitFunction(function () { start(document); });
}());
