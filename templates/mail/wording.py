"""Vietnamese names of the values in closed lists, for letters. Plain dictionaries; an unknown value stands for itself."""

from datetime import datetime

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

ORGANISATIONS = {
    "kbnn": "Kho bạc Nhà nước ở địa phương",
    "tw": "cơ quan Kho bạc Nhà nước trung ương",
    "tc": "cơ quan tài chính",
    "qhns": "đơn vị sử dụng ngân sách",
    "bn": "bộ, ngành, cơ quan trung ương",
    "khac": "đơn vị khác",
}

# The registers of the support division, and where a record stands.
REGISTERS = {"loi": "lỗi", "de_xuat": "đề xuất", "thay_doi": "thay đổi", "loi_thao_tac": "lỗi thao tác"}
RECORD_STATES = {
    "noted": "đã ghi nhận",
    "suspected": "nghi ngờ",
    "confirmed": "đã xác nhận",
    "being_fixed": "đang sửa",
    "fixed": "đã sửa",
}

REQUEST_KINDS = {"yeu_cau": "yêu cầu", "su_co": "sự cố", "hoi_dap": "hỏi đáp", "de_xuat": "đề xuất"}

PRIORITIES = {"cao": "cao", "thuong": "bình thường", "thap": "thấp"}

CHANNELS = {
    "mail": "thư điện tử",
    "form": "phiếu yêu cầu",
    "telephone": "điện thoại",
    "import": "chuyển từ hệ thống cũ",
}

STATES = {
    "new": "mới",
    "in_progress": "đang xử lý",
    "waiting": "chờ người gửi trả lời",
    "resolved": "đã xử lý xong",
    "closed": "đã đóng",
    "duplicate": "trùng với yêu cầu khác",
    "incident_child": "thuộc một sự cố diện rộng",
    "rejected": "không phải yêu cầu",
}

CENTRE = "cơ quan trung ương"
NO_SUBJECT = "(không có tiêu đề)"
TEXT_GOES_ON = "(còn nữa: toàn bộ nội dung có trong hồ sơ yêu cầu)"

# Subjects of letters that belong to no ticket.
SUBJECTS = {
    "help": "Từ lệnh chưa thực hiện được",
    "failed_proof": "Thư ghi tên anh/chị chưa được chứng thực",
    "quarantined": "Có thư không đọc được, đang giữ riêng",
    "bundle": "Các thông báo vượt mức gửi trong một giờ, gộp thành một thư",
    "drift": "Nên huấn luyện lại bộ phân loại",
    "brake": "Tạm ngừng tự động trả lời: quá nhiều thư",
    "undeliverable": "Thư không đến được người nhận",
    "add_officer": "Đề nghị bổ sung danh bạ cán bộ hỗ trợ",
    "form": "Phiếu yêu cầu hỗ trợ",
    "my_tickets": "Các yêu cầu đang mở của anh/chị",
    "guide": "Hướng dẫn dùng hộp thư hỗ trợ",
    "morning_list": "Danh sách yêu cầu đang mở, quá hạn, im lặng đầu ngày",
    "daily_note": "Ghi nhận hằng ngày: thư không chứng thực được, giữ riêng, nghi là thư rác",
    "summary": "Tóm tắt tình hình hỗ trợ gửi lãnh đạo",
}
SUBJECT_OTHERWISE = "Thông báo của hộp thư hỗ trợ"

# Why a mail went to quarantine, by cause.
QUARANTINE = {
    "nesting": "Thư lồng quá nhiều cấp",
    "parts": "Thư có quá nhiều phần",
    "headers": "Phần đầu thư quá lớn",
    "time": "Đọc thư tốn quá nhiều thời gian hoặc bộ nhớ",
    "damaged": "Tệp đã lưu của thư bị hỏng",
    "program": "Chương trình gặp lỗi khi xử lý thư",
    "other": "Thư không đọc được",
}

# What a letter was about, in the list that replaces letters above an address's hourly cap.
BUNDLED = {
    "notice": "yêu cầu được giao cho nơi của anh/chị",
    "follow_up": "người gửi bổ sung",
    "copy": "thư để biết",
    "done": "từ lệnh đã thực hiện",
    "help": "từ lệnh chưa thực hiện được",
    "moved_on": "yêu cầu đã chuyển nơi khác",
    "reminder": "nhắc việc",
    "escalation": "báo lãnh đạo",
    "chase_reminder": "nhắc đôn đốc",
    "failed_proof": "thư chưa được chứng thực",
    "undeliverable": "thư không đến được người nhận",
}
BUNDLED_OTHERWISE = "thông báo"

# Mail that became no ticket, in the Service Desk's morning list; numbers are those of `mail show`.
UNSEEN = {
    "spam": "Nghi là thư rác, số {number}, từ {sender}: {subject}",
    "more_spam": "và {number} thư khác nghi là thư rác",
    "braked": "Vượt mức trong một giờ, chưa thành yêu cầu, từ {sender}: {mails}",
    "more_senders": "và {number} người gửi khác vượt mức",
    "quarantined": "Đang giữ riêng. {line}",
}

# What each button says; `{name}` is an office's or an application's name.
BUTTONS = {
    "nhan": "Nhận xử lý",
    "xong": "Đã xử lý xong",
    "hoi": "Hỏi thêm người gửi",
    "hoi_ngan": "Hỏi người gửi: {what}",
    "chuyen": "Chuyển tới {name}",
    "tra": "Trả về {name}",
    "tra_chain": "Trả lại {name}",
    "tra_passer": "Trả lại nơi đã chuyển tới",
    "phanloai": "Sửa ứng dụng",
    "phanloai_code": "Đây là {name}",
    "tinh": "Ghi tên tỉnh",
    "rac": "Không phải yêu cầu",
    "mo": "Mở lại yêu cầu",
    "duyet": "Duyệt, chuyển kết quả này đi",
    "da_xong": "Đã xong, cảm ơn",
    "van_chua": "Vẫn chưa được",
    "donduc": "Đôn đốc",
}

# The five steps of satisfaction, the best first.
SATISFACTION = (
    (5, "Rất hài lòng"),
    (4, "Hài lòng"),
    (3, "Bình thường"),
    (2, "Chưa hài lòng"),
    (1, "Rất không hài lòng"),
)

# What the Service Desk may have the program ask, by what stands behind #hoi.
ASKED = {
    "tinh": "tỉnh nào?",
    "ung dung": "ứng dụng nào?",
    "tinh va ung dung": "tỉnh nào, ứng dụng nào?",
    "don vi": "loại đơn vị nào?",
    "tinh va don vi": "tỉnh nào, loại đơn vị nào?",
    "ung dung va don vi": "ứng dụng nào, loại đơn vị nào?",
    "tinh va ung dung va don vi": "tỉnh, ứng dụng, loại đơn vị nào?",
}

# What is to be typed behind a word whose argument nobody can guess.
HINTS = {"phanloai": "MÃ ỨNG DỤNG", "tinh": "TÊN TỈNH"}

# One line a word for the help letter: (what it does, an example).
WORDS = {
    "nhan": ("nhận xử lý yêu cầu", "ví dụ: #nhan"),
    "traloi": ("trả lời người gửi", "ví dụ: #traloi Anh/chị thử đăng nhập lại giúp."),
    "noibo": ("ghi chú nội bộ, không gửi cho ai", "ví dụ: #noibo Đã gọi điện, máy bận."),
    "hoi": ("hỏi thêm người gửi, tạm dừng thời hạn", "ví dụ: #hoi Xin cho biết số lệnh thanh toán."),
    "xong": ("báo đã xử lý xong, kèm nội dung trả lời", "ví dụ: #xong Đã mở lại kỳ kế toán."),
    "chuyen": ("chuyển lên mức trên, sang nhóm hoặc phòng khác", "ví dụ: #chuyen muc 2"),
    "tra": ("trả yêu cầu về nơi đã chuyển tới", "ví dụ: #tra Chưa đủ thông tin."),
    "phanloai": ("sửa ứng dụng", "ví dụ: #phanloai TTSP"),
    "tinh": ("sửa tỉnh của người gửi", "ví dụ: #tinh Lâm Đồng"),
    "mo": ("mở lại yêu cầu đã kết thúc", "ví dụ: #mo"),
    "duyet": ("duyệt kết quả từ nơi xử lý phía trên, chuyển nguyên văn hoặc đã sửa", "ví dụ: #duyet"),
    "donduc": ("đôn đốc nơi đang xử lý", "ví dụ: #donduc Đơn vị đang chờ quyết toán."),
    "uutien": ("đổi mức ưu tiên: cao, thường, thấp", "ví dụ: #uutien cao"),
    "suco": ("ghi nhận là sự cố", "ví dụ: #suco"),
    "yeucau": ("ghi nhận là yêu cầu", "ví dụ: #yeucau"),
    "hoidap": ("ghi nhận là hỏi đáp", "ví dụ: #hoidap"),
    "dexuat": ("ghi nhận là đề xuất và vào sổ", "ví dụ: #dexuat Thêm nút in hàng loạt."),
    "loi": ("ghi nhận lỗi chương trình (mức 2 trở lên: xác nhận)", "ví dụ: #loi Tính sai số dư cuối kỳ."),
    "loithaotac": ("ghi nhận là lỗi thao tác", "ví dụ: #loithaotac Chọn sai kỳ."),
    "thaydoi": ("ghi sổ thay đổi hệ thống, cũng dùng trong thư mới", "ví dụ: #thaydoi Nâng cấp TCS lúc 18 giờ."),
    "trung": ("ghi nhận là trùng với yêu cầu khác", "ví dụ: #trung HT-2026-000123"),
    "rac": ("không phải yêu cầu hỗ trợ", "ví dụ: #rac"),
    "thay": ("ghi hộ người gọi điện, dùng trong thư mới", "ví dụ: #thay hoa.nt@vst.gov.vn"),
}


def confidence_in_words(confidence: float, accepted: bool) -> str:
    """How sure the program is of what it guessed; a person's correction counts 1."""
    if accepted:
        return "cán bộ xác nhận" if confidence >= 1.0 else "tin cậy cao"
    if confidence >= 0.6:
        return "khá tin cậy, cần xem lại"
    return "chưa chắc" if confidence >= 0.3 else "chỉ là phỏng đoán"


def moment_in_words(local: datetime) -> str:
    """`15:30 thứ Hai, 23/11/2026` of a time in the desk's zone."""
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y}"


# What a ticket's clocks say to the holder, to his leader and to the passer; `{when}` is a moment, `{holder}` an office.
CLOCKS = {
    "answer_soon": "Sắp đến hạn trả lời lần đầu: xin trả lời người gửi trước {when}.",
    "answer_due": "Đã đến hạn trả lời lần đầu ({when}) mà người gửi chưa nhận được trả lời nào.",
    "answer_late": "Đã quá hạn trả lời lần đầu ({when}) mà người gửi chưa nhận được trả lời nào.",
    "due_soon": "Sắp đến hạn xử lý: xin xử lý xong trước {when}.",
    "due": "Đã đến hạn xử lý ({when}) mà yêu cầu chưa xong.",
    "due_late": "Đã quá hạn xử lý ({when}) mà yêu cầu chưa xong.",
    "silent": "Từ {since} chưa có tin gì về yêu cầu này: xin báo tình hình trước {when}, dù chưa xong.",
    "silent_late": "Từ {since} đến nay không có tin gì về yêu cầu này: xin báo tình hình trước {when}, dù chưa xong.",
    "chase": "{holder} chưa có kết quả; tin gần nhất: {since}.",
}

# The lists of the Service Desk and of the leaders.
# The daily note: each part's title, and below it what its reader may do.
DAILY = {
    "failed_proofs": "Thư ghi tên cán bộ nhưng không chứng thực được",
    "failed_proofs_do": "Đã lưu, chưa gửi cho ai, từ lệnh không được thực hiện; người bị ghi tên đã được báo. "
    "Xin hỏi người đó; nếu không phải thư của họ, xin báo bộ phận an toàn thông tin.",
    "not_authentic": "máy chủ nhận thư không xác nhận người gửi",
    "not_keyed": "không phải thư trả lời thông báo đã gửi cho chính người đó",
    "quarantined": "Thư đang giữ riêng vì không đọc được",
    "quarantined_do": "Xin nhờ người quản trị xem (lệnh “mail list --state quarantined”) và cho xử lý lại (“mail retry SỐ”).",
    "braked": "Người gửi đã tới mức giới hạn",
    "braked_do": "Thư vẫn được lưu, chưa trả lời. "
    "Nếu là yêu cầu thật, xin nhờ người quản trị đưa vào xử lý (“mail retry SỐ --as-ticket”).",
    "spam": "Thư nghi là thư rác",
    "spam_line": "số {id}, {sender}: {subject}",
    "spam_do": "Không thành yêu cầu và không được trả lời. "
    "Nếu là thư thật, xin nhờ người quản trị đưa vào xử lý (“mail retry SỐ --as-ticket”).",
    "stuck": "Thư đi chưa rõ kết quả hoặc bị từ chối",
    "stuck_do": "Xin hỏi người nhận, rồi nhờ người quản trị gửi lại nếu cần (“mail show SỐ --out”, “mail retry SỐ --out”).",
    "open": "số {id} gửi {to}: không rõ đã nhận hay chưa ({reply})",
    "refused": "số {id} gửi {to}: bị từ chối ({reply})",
    "no_sender": "không rõ",
    "more": "và {count} dòng nữa",
}

LISTS = {
    "open": "đang mở {open}, quá hạn {overdue}, im lặng {silent}",
    "flow": "mới {new}, xong {done}, đôn đốc {chased}; đang mở {open}, quá hạn {overdue}, im lặng {silent}",
    "all": "Tất cả",
    "waiting": "chờ người gửi trả lời",
    "overdue": "quá hạn từ {when}",
    "silent": "im lặng từ {when}",
    "due": "hạn {when}",
    "passed_by": "do {name} chuyển lên",
    "taken_by": "người nhận: {name}",
    "bundled_title": "Các yêu cầu có thông báo được gộp",
    "bundled": "{letters} thông báo về {tickets} yêu cầu",
}


def looks_like_ours(domain: str) -> str:
    """What staff are told about a sender whose domain imitates ours."""
    return f"địa chỉ người gửi trông giống {domain} nhưng không phải của cơ quan; xin kiểm tra kỹ trước khi làm theo"
