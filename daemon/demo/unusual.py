"""Mails of the sample day that are not simply a request: forwards, calls, machines, strangers, and what is none at all."""

from daemon.demo.story import Member, Outcome, Person, Sample, Step, typed
from daemon.desk.letters import LetterKind
from storage.tables import TicketState

NOTICE, DONE, ANSWER, QUESTION = LetterKind.NOTICE, LetterKind.DONE, LetterKind.ANSWER, LetterKind.QUESTION
FOLLOW_UP, ACKNOWLEDGEMENT = LetterKind.FOLLOW_UP, LetterKind.ACKNOWLEDGEMENT

UNUSUAL = (
    Sample(
        key="forwarded",
        sender=Member("Đắk Lắk"),
        subject="Chuyển tiếp: Báo cáo THBC-ĐTKB-LAN không gửi lên trung ương được",
        body=typed("""
            Phòng đã thử gửi lại hai lần không được, nhờ nhóm xem giúp.

            -----Thư chuyển tiếp-----
            Từ: Y Khoa Niê <khoayn@vst.gov.vn>
            Đã gửi: {yesterday} 16:42
            Tới: tinhoc.daklak@vst.gov.vn
            Chủ đề: Báo cáo THBC-ĐTKB-LAN không gửi lên trung ương được

            Chào phòng, em tổng hợp báo cáo đầu tư tháng trên THBC-ĐTKB-LAN, bấm Gửi báo cáo thì báo "Lỗi kết nối máy chủ tổng
            hợp". Hạn gửi là ngày mai.
            Y Khoa Niê - KBNN Krông Pắc, Đắk Lắk
        """),
        application="THBC_DTKB", province="Đắk Lắk",
        steps=(
            Step(NOTICE, "#xong\nDịch vụ nhận báo cáo ở trung ương đã chạy lại, phòng cho đơn vị gửi lại trước 16 giờ."),
            Step(LetterKind.RESULT, "#xong\nKhoa gửi lại báo cáo nhé, máy chủ trung ương đã nhận được bình thường."),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="telephone",
        sender=Member("SERVICE_DESK"),
        subject="Ghi nhận cuộc gọi: lệnh liên ngân hàng báo lỗi CITAD",
        body=typed("""
            #thay hanhntm@vst.gov.vn
            Chị Hạnh ở KBNN Tam Kỳ, Quảng Nam gọi lúc 8 giờ 20: lệnh thanh toán điện tử liên ngân hàng giá trị cao gửi qua CITAD
            báo "Sai mã ngân hàng nhận", đã kiểm tra mã đúng với danh mục NHNN. Số máy 0235 3852 410.
        """),
        application="TTLNH", province="Quảng Nam",
        steps=(Step(NOTICE, "#xong\nChị Hạnh ơi, danh mục ngân hàng vừa được cập nhật lại, chị lập lại lệnh là gửi được ạ."),),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="no-province",
        sender=Person("Thu Hà", "thuha.ketoan88@gmail.com"),
        subject="Giấy nộp tiền trên TCS sai mã chương",
        body=typed("""
            Chào anh chị kho bạc, đơn vị em nộp tiền ở kho bạc, giấy nộp tiền in từ chương trình TCS ra sai mã chương (đúng ra
            là 622). Giờ muốn sửa lại thì làm thế nào ạ? Em cảm ơn.
        """),
        application="TCS", at_desk=True,
        steps=(
            Step(NOTICE, "#hoi\nChị Hà ở đơn vị nào, nộp tiền tại Kho bạc nào để chúng tôi chuyển đúng nơi xử lý ạ?"),
            Step(QUESTION, "Dạ em ở Trường Mầm non Hoa Sen, nộp tại KBNN Cao Lãnh, tỉnh Đồng Tháp ạ."),
            Step(FOLLOW_UP, "#phanloai TCS\n#tinh Đồng Tháp"),
            Step(NOTICE, typed("""
                #traloi
                Chị Hà mang giấy nộp tiền và công văn đề nghị điều chỉnh đến KBNN Cao Lãnh, cán bộ sẽ điều chỉnh mã
                chương trong ngày.
            """), when=DONE),
            Step(ANSWER, "Dạ em cảm ơn, chiều nay em mang qua ạ."),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="unclear",
        sender=Person("Lê Hoàng Phúc", "phuclh@vst.gov.vn"),
        subject="Nhờ hỗ trợ gấp",
        body=typed("""
            Chào anh chị, chương trình bị lỗi không lưu được, em gửi ảnh. Anh chị xem giúp em với, đang cần gấp lắm ạ.

            Phúc - KBNN Châu Phú, An Giang
        """),
        files=("anh-loi.png",),
        application="DMDC", province="An Giang", at_desk=True,
        steps=(
            Step(NOTICE, "#hoi\nẢnh không thấy tên chương trình. Phúc cho biết đang làm ở chương trình nào, màn hình nào nhé."),
            Step(QUESTION, "Dạ em đang đồng bộ mã địa bàn trên Danh mục dùng chung (DMDC), bấm Lưu thì hiện lỗi đó ạ."),
            Step(FOLLOW_UP, "#phân loại DMDC\n#tỉnh An Giang"),
            Step(NOTICE, "#nhan", when=DONE),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="twice",
        sender=Person("Thái Thị Quỳnh Như", "nhuttq@vst.gov.vn"),
        subject="DTKB-WAN chưa có kế hoạch vốn trung ương",
        body=typed("""
            Kính gửi anh chị, trên ĐTKB-WAN chưa thấy kế hoạch vốn đầu tư nguồn ngân sách trung ương đợt 2 của Bộ Xây dựng phân cho
            dự án qua địa bàn Bình Thuận, trong khi quyết định đã ban hành. Nhờ kiểm tra dữ liệu toàn quốc giúp.

            Thái Thị Quỳnh Như – KBNN Tuy Phong (Bình Thuận cũ, nay thuộc Lâm Đồng)
        """),
        application="DTKB_WAN", province="Bình Thuận", copies=2,
    ),
    Sample(
        key="chasing",
        sender=Person("Kiều Văn Lợi", "loikv@vst.gov.vn"),
        subject="Phiếu yêu cầu trên chương trình QLYC không chuyển trạng thái",
        body=typed("""
            Em tạo phiếu trên Chương trình quản lý yêu cầu hỗ trợ (QLYC), đã bấm Gửi mà trạng thái yêu cầu cứ là Nháp, không sửa
            không xóa được. Nhờ anh chị xem chương trình QLYC.
            Lợi – KBNN Tân Châu, Tây Ninh
        """),
        application="QLYC", province="Tây Ninh",
    ),
    Sample(
        key="phishing",
        sender=Person("Trần Thị Ngọc Ánh", "anhttn@vst.gov.vn"),
        subject="Nghi thư lừa đảo giả mạo Kho bạc",
        body=typed("""
            Báo cáo anh chị, sáng nay nhiều người ở đơn vị em nhận được thư "Cập nhật mật khẩu thư điện tử" có đường dẫn lạ và một
            tệp đính kèm, nghi có mã độc. Em chưa mở, gửi nguyên tệp cho bộ phận an toàn thông tin kiểm tra ạ.

            Ngọc Ánh - KBNN Bình Chánh, TP. Hồ Chí Minh
        """),
        files=("Cap-nhat-mat-khau.pdf.exe",),
        application="ATTT", province="Hồ Chí Minh",
        steps=(
            Step(NOTICE, "#nhan"),
            Step(NOTICE, typed("""
                Cảm ơn Ngọc Ánh. Đúng là thư lừa đảo, mọi người không mở và xóa luôn; phòng đang chặn địa chỉ gửi trên
                máy chủ thư.
            """), when=DONE),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="monitor",
        sender=Person("Giám sát hệ thống", "giamsat@vst.gov.vn"),
        subject="[CẢNH BÁO] Máy chủ kqkb-tt02: ổ /u01 còn 6%",
        body="Máy chủ: kqkb-tt02\nDịch vụ: disk /u01\nTrạng thái: CRITICAL - còn trống 6% (41 GB)\nThời điểm phát hiện: đầu giờ sáng",
        headers={"Auto-Submitted": "auto-generated"},
        at_desk=True,
        steps=(Step(NOTICE, "#chuyen nhom KY_THUAT\nNhờ nhóm dọn nhật ký cũ trên /u01."), Step(NOTICE, "#nhan")),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="stranger",
        sender=Person("Công ty TNHH Giải pháp Số", "kinhdoanh.giaiphapso@gmail.com"),
        subject="Re: [{code}] Lệnh TTSP đi ngân hàng treo trạng thái Chờ xác nhận",
        body=typed("""
            Kính gửi quý cơ quan, chúng tôi được biết quý cơ quan đang xử lý yêu cầu trên. Xin gửi lại cho chúng tôi toàn bộ thông
            tin lệnh thanh toán và kết quả xử lý để tiện phối hợp. Trân trọng.
        """),
        about="ttsp-order", at_desk=True,
        steps=(Step(NOTICE, "#rac\nNgười ngoài đoán mã yêu cầu, không cung cấp thông tin."),),
        ends=TicketState.REJECTED,
    ),
    Sample(
        key="thanks",
        sender=Person("Nguyễn Văn Tâm", "tamnv@vst.gov.vn"),
        subject="Cảm ơn",
        body=typed("""
            Cảm ơn các anh chị Hỗ trợ CNTT đã giúp đơn vị quyết toán đúng hạn. Chúc cả phòng nhiều sức khỏe!

            Tâm - KBNN Tương Dương, Nghệ An
        """),
        at_desk=True,
        steps=(Step(NOTICE, "#rac"),),
        ends=TicketState.REJECTED,
    ),
    Sample(
        key="newsletter",
        sender=Person("Bản tin Công nghệ số", "bantin@congngheso.example.com"),
        subject="Bản tin tuần: 5 xu hướng điện toán đám mây",
        body=typed("""
            Chào bạn, bản tin tuần này gồm 5 xu hướng điện toán đám mây, hội thảo trực tuyến miễn phí và ưu đãi khóa học quản trị
            mạng. Đăng ký ngay hôm nay để nhận quà tặng.

            Để hủy đăng ký nhận bản tin, bấm vào đây: https://congngheso.example.com/huy
        """),
        headers={"List-Unsubscribe": "<https://congngheso.example.com/huy>", "List-Id": "<bantin.congngheso.example.com>",
                 "Precedence": "bulk"},
        outcome=Outcome.IGNORED,
    ),
    Sample(
        key="absence",
        sender=Person("Phan Thị Mỹ Lệ", "leptm@sotaichinh.binhduong.gov.vn"),
        subject="Trả lời tự động: Thông báo lịch bảo trì hệ thống",
        body="Tôi đang nghỉ phép đến hết tuần, sẽ trả lời thư sau khi trở lại làm việc. Trường hợp khẩn cấp xin liên hệ văn thư Sở.",
        headers={"Auto-Submitted": "auto-replied", "Precedence": "auto_reply"},
        outcome=Outcome.IGNORED,
    ),
)  # fmt: skip
