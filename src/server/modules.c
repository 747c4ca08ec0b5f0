/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modules.c - everything the server offers. A new domain folder adds its two lines here, and nothing else outside itself. */
#include "server/modules.h"

#include "domain/act/act.h"
#include "domain/alarm/alarm.h"
#include "domain/base/base.h"
#include "domain/call/call.h"
#include "domain/callback/callback.h"
#include "domain/card/card.h"
#include "domain/change/change.h"
#include "domain/communication/communication.h"
#include "domain/contact/contact.h"
#include "domain/correction/correction.h"
#include "domain/customer/customer.h"
#include "domain/decision/decision.h"
#include "domain/dialer/dialer.h"
#include "domain/disposition/disposition.h"
#include "domain/erasure/erasure.h"
#include "domain/fax/fax.h"
#include "domain/final/final.h"
#include "domain/flow/call_flow.h"
#include "domain/gate/gate.h"
#include "domain/handover/handover.h"
#include "domain/import/import.h"
#include "domain/knowledge/knowledge.h"
#include "domain/ledger/ledger.h"
#include "domain/letter/letter.h"
#include "domain/mailbox/mailbox.h"
#include "domain/missed/missed.h"
#include "domain/node/node.h"
#include "domain/notification/notification.h"
#include "domain/number/number.h"
#include "domain/pacing/pacing.h"
#include "domain/party/party.h"
#include "domain/project/project.h"
#include "domain/prompt/prompt.h"
#include "domain/queue/queue.h"
#include "domain/recording/pickup.h"
#include "domain/recording/recording.h"
#include "domain/report/report.h"
#include "domain/rule/rule.h"
#include "domain/schedule/schedule.h"
#include "domain/script/script.h"
#include "domain/search/search.h"
#include "domain/sending/sending.h"
#include "domain/setting/setting.h"
#include "domain/shift/shift.h"
#include "domain/sms/sms.h"
#include "domain/statistics/statistics.h"
#include "domain/stop/stop.h"
#include "domain/survey/survey.h"
#include "domain/tariff/tariff.h"
#include "domain/template/template.h"
#include "domain/trail/trail.h"
#include "domain/trunk/trunk.h"
#include "domain/user/sip_phone.h"
#include "domain/user/user.h"
#include "domain/wall/wall.h"
#include "domain/webhook/webhook.h"
#include "server/backup.h"
#include "server/house.h"

const struct module *const modules[] = {
        &house_module,
        &backup_module,
        &setting_module,
        &node_module,
        &knowledge_module,
        &ledger_module,
        &trail_module,
        &party_module,
        &customer_module,
        &trunk_module,
        &rule_module,
        &project_module,
        &handover_module,
        &script_module,
        &disposition_module,
        &prompt_module,
        &queue_module,
        &survey_module,
        &flow_module,
        &number_module,
        &base_module,
        &contact_module,
        &template_module,
        &import_module,
        &gate_module,
        &missed_module,
        &call_module,
        &card_module,
        &callback_module,
        &recording_module,
        &erasure_module,
        &pickup_module,
        &change_module,
        &stop_module,
        &shift_module,
        &tariff_module,
        &act_module,
        &invoice_module,
        &correction_module,
        &pacing_module,
        &wall_module,
        &webhook_module,
        &dialer_module,
        &talk_module,
        &report_module,
        &final_module,
        &statistics_module,
        &schedule_module,
        &communication_module,
        &sending_module,
        &sms_module,
        &fax_module,
        &letter_module,
        &mailbox_module,
        &notification_module,
        &decision_module,
        &user_module,
        &sip_phone_module,
        &search_module,
        &alarm_module,
};
const size_t modules_count = COUNT(modules);
