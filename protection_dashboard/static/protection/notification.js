/* Send Test: sends the fields' values and opens the result in a new page. */
(function () {
  'use strict';

  /* In a temporary form, as Horizon lets a form be sent only once. */
  $(document).on('click', '[data-protection-test]', function (event) {
    var form = $('<form method="post" class="hidden">').attr({
      action: $(this).attr('formaction'),
      target: $(this).attr('formtarget')
    });
    event.preventDefault();
    $(this).closest('form').serializeArray().forEach(function (field) {
      $('<input type="hidden">').attr(field).appendTo(form);
    });
    form.appendTo(document.body);
    form.get(0).submit();
    form.remove();
  });
}());
